//! `darbaza explain`.

use clap::Args;
use darbaza_core::{Category, Lang, Purpose, Receipt, SystemKey};

use super::Data;

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["receipt", "system"])))]
pub(crate) struct Explain {
    /// The receipt of a decision
    #[arg(value_parser = super::receipt, conflicts_with_all = ["system", "purpose", "model", "categories"])]
    pub(crate) receipt: Option<Receipt>,
    /// A request of this AI system that nobody sent yet
    #[arg(long, value_name = "S")]
    pub(crate) system: Option<SystemKey>,
    /// Its purpose
    #[arg(long, value_name = "P", requires = "system")]
    pub(crate) purpose: Option<Purpose>,
    /// The name of the model that it would write
    #[arg(long, value_name = "NAME", requires = "system")]
    pub(crate) model: Option<String>,
    /// A category that would be found in it, such as PERSON; may repeat
    #[arg(long = "category", value_name = "C", requires = "system")]
    pub(crate) categories: Vec<Category>,
    /// Language of the rules' texts
    #[arg(long, value_name = "kk|ru|en", default_value = "en")]
    pub(crate) lang: Lang,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: Data,
}
