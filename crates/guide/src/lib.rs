//! The guide wing: what can be done here. It knows items, their guides and packs; it never knows a case.

pub mod catalogue;
pub mod packs;
