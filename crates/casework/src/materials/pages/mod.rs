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
//! | GET | /my/files | Citizen(2) | Own | `library::list` |
//! | GET | /my/files/{id} | Citizen(2) | Own | `library::file` |
//! | POST | /my/files/{id} | Citizen(2) | Own | `library::keep` |
//! | POST | /my/files/{id}/forget | Citizen(2) | Own | `library::forget` |
//! | GET | /my/files/{id}/content | Citizen(2) | Own | `library::content` |

pub mod cards;
pub mod chunks;
pub mod library;

mod multipart;

pub(crate) use multipart::Parts;
