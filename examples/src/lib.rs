//! The generators of example events, so that a binary can print them and a test can hold the committed files to
//! them. Nothing here evaluates.

pub mod social_media;
