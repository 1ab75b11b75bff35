//! Pages of notices.
