//! Pages of papers (ux C14, C27), without a script and with one. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /d/{id}/materials | Citizen(2) | Own | `cards::page` |
//! | POST | /d/{id}/materials | Citizen(2) | Own | `cards::keep` |
//! | POST | /d/{id}/materials/upload | Citizen(2) | Own | `cards::keep` |
//! | POST | /d/{id}/materials/{key}/upload | Citizen(2) | Own | `chunks::begin` |
//! | POST | /d/{id}/materials/{key}/upload/{upload} | Citizen(2) | Own | `chunks::piece` |
//! | GET | /d/{id}/paper/{paper} | Citizen(2) | Own | `cards::paper` |

pub mod cards;
pub mod chunks;

mod multipart;

pub(crate) use multipart::Parts;
