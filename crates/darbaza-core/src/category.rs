//! What kind of personal data a finding is.

use crate::word::written_as_word;

macro_rules! categories {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// A category of data that the detector tells apart.
        ///
        /// The written form (`PERSON`, `ID_CARD`) is a contract: it stands in tokens, headers,
        /// register files and ledger leaves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Category {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Category {
            /// Every category, in the order of declaration.
            pub const ALL: &'static [Category] = &[$(Category::$variant,)*];

            /// The written form, `A-Z` and `_` only.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Category::$variant => $name,)*
                }
            }
        }
    };
}

categories! {
    /// Name of a living private person. With surname, name and patronymic together a statutory
    /// identifier (PD 6).
    Person = "PERSON",
    /// Individual identification number, 12 digits. A statutory identifier (PD 6, DC 45(2)).
    Iin = "IIN",
    /// Business identification number, 12 digits (DC 45(2)).
    Bin = "BIN",
    /// Telephone number of any country.
    Phone = "PHONE",
    /// E-mail address.
    Email = "EMAIL",
    /// International bank account number (ISO 13616).
    Iban = "IBAN",
    /// Payment card number (ISO/IEC 7812).
    Card = "CARD",
    /// Number of a Kazakh identity card (удостоверение личности, жеке куәлік).
    IdCard = "ID_CARD",
    /// Passport number of any country.
    Passport = "PASSPORT",
    /// Driving licence number.
    DriverLicence = "DRIVER_LICENCE",
    /// Vehicle registration plate.
    Plate = "PLATE",
    /// IP address, version 4 or 6.
    Ip = "IP",
    /// Account name in a social network or messenger.
    Handle = "HANDLE",
    /// Postal address, from the settlement or street to the flat.
    Address = "ADDRESS",
    /// Date of birth.
    Dob = "DOB",
    /// Words that carry a fact about a person's health.
    Health = "HEALTH",
    /// Words that carry a person's ethnic origin.
    Ethnicity = "ETHNICITY",
    /// Words that carry a person's religion.
    Religion = "RELIGION",
    /// Words that carry a criminal record, or that there is none.
    Criminal = "CRIMINAL",
    /// Biometric data (PD 6: face image, face vector).
    Biometric = "BIOMETRIC",
    /// A wage or other income of a person.
    Income = "INCOME",
    /// Password, API key, access token, PIN, one-time code (DC 51: keys may not be passed on).
    Secret = "SECRET",
    /// Russian taxpayer number (ИНН), 10 or 12 digits.
    RuInn = "RU_INN",
    /// Russian insurance number of an individual account (СНИЛС), 11 digits.
    RuSnils = "RU_SNILS",
    /// Uzbek personal identification number (ПИНФЛ, JShShIR), 14 digits.
    UzPinfl = "UZ_PINFL",
    /// Social security number of the United States.
    UsSsn = "US_SSN",
    /// Name of an organisation.
    Organization = "ORGANIZATION",
    /// Name of a place that is not a postal address.
    Location = "LOCATION",
    /// A date that is not a date of birth.
    Date = "DATE",
    /// An amount of money that is not an income.
    Money = "MONEY",
    /// A URL. Masked whole where it contains a finding.
    Url = "URL",
    /// Text of a request that looks like a token of the gate.
    Literal = "LITERAL",
}

impl Category {
    /// Whether a finding of this category is personal data (or a secret) that a rule decides on.
    /// The others are context: they are reported by the detector and never masked by themselves.
    pub const fn is_protected(self) -> bool {
        !matches!(
            self,
            Category::Organization
                | Category::Location
                | Category::Date
                | Category::Money
                | Category::Url
                | Category::Literal
        )
    }
}

written_as_word!(Category, UnknownCategory, "{word:?} is not a category of data; known are {known}");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_reads_back_and_fits_the_token_contract() {
        for &category in Category::ALL {
            assert_eq!(category.as_str().parse(), Ok(category));
            assert!(category.as_str().bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
        }
        assert!("person".parse::<Category>().is_err());
    }
}
