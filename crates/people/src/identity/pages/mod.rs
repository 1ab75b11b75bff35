//! Pages of identity.
