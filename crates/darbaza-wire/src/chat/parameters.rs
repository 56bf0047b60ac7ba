//! Parameters that change who receives the data, where, or how long they are kept.

use crate::json::Node;

macro_rules! parameters {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// A parameter that a register fact has to allow, or the request is refused by its name.
        ///
        /// The list is closed on purpose: a new one is added when a vendor publishes it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SensitiveParameter {
            $($(#[doc = $doc])* $variant,)*
        }

        impl SensitiveParameter {
            /// Every parameter of the list.
            pub const ALL: &'static [SensitiveParameter] = &[$(SensitiveParameter::$variant,)*];

            /// The name in the protocol.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(SensitiveParameter::$variant => $name,)*
                }
            }
        }
    };
}

parameters! {
    /// The vendor keeps request and answer (OpenAI: for evaluations and distillation).
    Store = "store",
    /// Words of the request are sent to a search engine (OpenAI).
    WebSearchOptions = "web_search_options",
    /// The same of xAI.
    SearchParameters = "search_parameters",
    /// The same of Alibaba's Qwen.
    EnableSearch = "enable_search",
    /// Further settings of that search.
    SearchOptions = "search_options",
    /// The same of Groq's compound systems.
    SearchSettings = "search_settings",
    /// A tier of service other than `auto` and `default`: another place, another contract.
    ServiceTier = "service_tier",
    /// Tools that the vendor runs itself or reaches by MCP: any tool that is neither `function`
    /// nor `custom`.
    VendorTools = "tools",
    /// Remote MCP servers that the vendor calls.
    McpServers = "mcp_servers",
    /// The vendor keeps the prompt longer than in memory (OpenAI: `24h`).
    PromptCacheRetention = "prompt_cache_retention",
    /// Further settings of a prompt cache, its time of life among them.
    PromptCacheOptions = "prompt_cache_options",
    /// The vendor works on after the connection and keeps the result.
    Background = "background",
    /// The vendor continues a history that it keeps.
    PreviousResponseId = "previous_response_id",
    /// The same by a conversation.
    Conversation = "conversation",
    /// A container in which the vendor runs code and keeps files.
    Container = "container",
    /// Azure: the request goes to a search index of the customer's choice.
    DataSources = "data_sources",
    /// The region in which the model runs (Anthropic).
    InferenceGeo = "inference_geo",
    /// OpenRouter: which vendors may receive the request.
    Provider = "provider",
    /// OpenRouter: further models, and so vendors, that may receive it.
    Models = "models",
    /// OpenRouter: how the vendor is chosen.
    Route = "route",
    /// OpenRouter: web search, file readers and other recipients.
    Plugins = "plugins",
    /// LiteLLM: vendors that receive the request when the first one fails.
    Fallbacks = "fallbacks",
    /// LiteLLM: another address to send the request to.
    ApiBase = "api_base",
    /// The same under the name that clients use.
    BaseUrl = "base_url",
    /// LiteLLM: vendors, addresses and keys of the caller's own.
    UserConfig = "user_config",
    /// LiteLLM: addresses that the middleman sends request and answer to.
    Callbacks = "callbacks",
    /// The same, after an answer.
    SuccessCallback = "success_callback",
    /// The same, after a failure.
    FailureCallback = "failure_callback",
    /// An address that the vendor sends the answer to.
    Webhook = "webhook",
    /// The same under another name.
    WebhookUrl = "webhook_url",
    /// Words of the request are sent to a search engine (several vendors).
    WebSearch = "web_search",
    /// The vendor continues from content that it keeps (Google).
    CachedContent = "cached_content",
    /// OpenRouter: settings kept by the vendor, recipients among them.
    Preset = "preset",
    /// OpenRouter: the middleman rewrites the request.
    Transforms = "transforms",
    /// LiteLLM: which vendor receives the request.
    CustomLlmProvider = "custom_llm_provider",
    /// Fields that a middleman merges into the request behind the gate, any of the above included.
    ExtraBody = "extra_body",
}

impl SensitiveParameter {
    /// The parameter of this name.
    pub(super) fn named(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|parameter| parameter.as_str() == key)
    }

    /// The parameter of a top-level member, where it is in effect.
    pub(super) fn in_effect(key: &str, value: &Node) -> Option<Self> {
        let parameter = Self::named(key)?;
        let effective = match (parameter, value) {
            (_, Node::Null | Node::Bool(false)) => false,
            (SensitiveParameter::VendorTools, tools) => {
                tools.as_array().is_some_and(|tools| tools.iter().any(is_vendors))
            }
            (SensitiveParameter::ServiceTier, tier) => !matches!(tier.as_str(), Some("auto" | "default")),
            (SensitiveParameter::PromptCacheRetention, span) => {
                !matches!(span.as_str(), Some("in_memory" | "in-memory"))
            }
            (_, Node::Array(elements)) => !elements.is_empty(),
            // An empty object counts: `web_search_options: {}` turns the search on.
            _ => true,
        };
        effective.then_some(parameter)
    }
}

fn is_vendors(tool: &Node) -> bool {
    match tool.member("type") {
        Some(kind) => !matches!(kind.as_str(), Some("function" | "custom")),
        None => tool.member("function").is_none(),
    }
}

impl std::fmt::Display for SensitiveParameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
