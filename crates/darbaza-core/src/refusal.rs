//! Why the gate does not answer with a vendor's answer.

use crate::word::written_as_word;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// The closed list of error codes of the gate (`error.code`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RefusalCode {
            $($(#[doc = $doc])* $variant,)*
        }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &'static [RefusalCode] = &[$(RefusalCode::$variant,)*];

            /// The written form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(RefusalCode::$variant => $name,)*
                }
            }
        }
    };
}

codes! {
    /// The body is not what the protocol asks for.
    RequestMalformed = "request_malformed",
    /// The body is nested deeper than the gate reads.
    RequestTooDeep = "request_too_deep",
    /// No key, an unknown key, a revoked key, or two different keys.
    KeyInvalid = "key_invalid",
    /// The AI system is not live in the register.
    SystemNotLive = "system_not_live",
    /// No purpose was named and none follows from key or system (PD 7(8), 14).
    PurposeNotDeclared = "purpose_not_declared",
    /// The purpose has no legal basis in the register (PD 7(1), 9).
    NoLegalBasis = "no_legal_basis",
    /// The persons concerned have not consented (PD 8, 16, 19-1).
    NoConsent = "no_consent",
    /// The person's data are blocked (PD 25(2)(8)).
    SubjectBlocked = "subject_blocked",
    /// The person refuses to interact with AI (AI 16(1)(6)).
    SubjectRefusedAi = "subject_refused_ai",
    /// The vendor has no contract, or the system may not use it (PD 10(1)).
    VendorNotAllowed = "vendor_not_allowed",
    /// The country of the vendor is not allowed (PD 16).
    CountryNotAllowed = "country_not_allowed",
    /// The vendor may train on the data (PD 14).
    TrainingNotExcluded = "training_not_excluded",
    /// A parameter changes retention, recipients or place and no register fact allows it.
    ParameterNotAllowed = "parameter_not_allowed",
    /// A category of data may not leave at all (PD 7(9)).
    CategoryRefused = "category_refused",
    /// No model of that name for this system.
    ModelNotFound = "model_not_found",
    /// No such address on the gate.
    RouteUnknown = "route_unknown",
    /// A human decides first.
    Held = "held",
    /// The body is larger than the gate reads.
    TooLarge = "too_large",
    /// The body is compressed or in another character set.
    EncodingUnsupported = "encoding_unsupported",
    /// A part of the request cannot be read for personal data.
    ContentNotInspectable = "content_not_inspectable",
    /// Too many requests, or too many at once.
    LimitReached = "limit_reached",
    /// The vendor failed or answered with something that is no answer.
    VendorError = "vendor_error",
    /// The vendor did not answer in time.
    VendorTimeout = "vendor_timeout",
    /// The ledger cannot record, so nothing is answered.
    LedgerUnavailable = "ledger_unavailable",
}

written_as_word!(RefusalCode, UnknownRefusalCode, "{word:?} is not a refusal code; known are {known}");
