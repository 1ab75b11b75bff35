//! Pages of grants. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /my/grants | Citizen(2) | Own | `grants::page` |
//! | POST | /my/grants/{id}/end | Citizen(2) | Own | `grants::end` |
//! | POST | /my/grants/{id}/copy | Citizen(2) | Own | `grants::copy` |
//! | GET, POST | /my/licences/{id}/grant | Citizen(2) | Own | `grants::ask`, `grants::allow` |
//! | GET, POST | /my/licences/{id}/copies | Citizen(2) | Own | `copies::page`, `copies::make` |
//! | GET | /my/copies/{id}/file | Citizen(2) | Own | `copies::file` |
//! | POST | /my/copies/{id}/end | Citizen(2) | Own | `copies::end` |
//! | GET | /my/licences/{id}/uses | Citizen(2) | Own | `own::page` |

pub mod copies;
pub mod grants;
pub mod own;
