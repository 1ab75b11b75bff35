//! The interface: verification as JSON.
