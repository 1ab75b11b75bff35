//! Pages of the licences room.
