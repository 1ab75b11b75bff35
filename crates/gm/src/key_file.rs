//! Private keys in files, under a passphrase: PKCS#8 EncryptedPrivateKeyInfo (RFC 5958) with PBES2 and PBKDF2
//! (RFC 8018, GM/T 0091-2020).
//!
//! [`seal`] writes what national products read, HMAC-SM3 and SM4-CBC; for OpenSSL 3.0, which knows no HMAC-SM3 here, a
//! [`Recipe`] takes HMAC-SHA256. Both are read, and AES-CBC too. Other recipes are refused by name, and so is a file
//! that asks for more rounds than [`MOST_ROUNDS`]: a hostile file must not hold up whoever opens it.

use crate::sm2::Keypair;
use crate::sm4_modes::{self, BLOCK};
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::algorithm;
use crate::{Error, keys, oid, sm4};
use aes_gcm::aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit, KeySizeUser};
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use hmac::{Hmac, Mac};
use zeroize::Zeroizing;

/// Label of the PEM block that holds such a file.
pub const LABEL: &str = "ENCRYPTED PRIVATE KEY";
/// Fewest rounds that are written.
pub const LEAST_ROUNDS: u32 = 10_000;
/// Most rounds that are read: some seconds of work.
pub const MOST_ROUNDS: u32 = 10_000_000;

/// The keyed hash that turns the passphrase into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prf {
    /// HMAC-SM3.
    Sm3,
    /// HMAC-SHA256, for readers that know no other.
    Sha256,
}

/// The cipher of the file, in CBC mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    /// SM4.
    Sm4,
    /// AES with a key of 128 bits.
    Aes128,
    /// AES with a key of 192 bits.
    Aes192,
    /// AES with a key of 256 bits.
    Aes256,
}

/// How a file is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// The keyed hash.
    pub prf: Prf,
    /// The cipher.
    pub cipher: Cipher,
    /// How many times the hash is taken; the price of every guess. 600,000 cost about a third of a second.
    pub rounds: u32,
}

impl Recipe {
    /// HMAC-SM3 and SM4-CBC.
    pub const fn national(rounds: u32) -> Recipe {
        Recipe { prf: Prf::Sm3, cipher: Cipher::Sm4, rounds }
    }
}

impl Prf {
    fn oid(self) -> &'static [u8] {
        match self {
            Prf::Sm3 => oid::HMAC_SM3,
            Prf::Sha256 => oid::HMAC_SHA256,
        }
    }

    fn derive(self, passphrase: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) {
        const ANY: &str = "HMAC takes keys of every length";
        match self {
            Prf::Sm3 => {
                let mac = Hmac::<::sm3::Sm3>::new_from_slice(passphrase).expect(ANY);
                pbkdf2(&mac, salt, rounds, out);
            }
            Prf::Sha256 => {
                let mac = Hmac::<sha2::Sha256>::new_from_slice(passphrase).expect(ANY);
                pbkdf2(&mac, salt, rounds, out);
            }
        }
    }
}

/// PBKDF2 (RFC 8018 §5.2) over a keyed hash that already holds the passphrase.
fn pbkdf2<M: Mac + Clone>(keyed: &M, salt: &[u8], rounds: u32, out: &mut [u8]) {
    for (number, piece) in out.chunks_mut(M::output_size()).enumerate() {
        let count = (number as u32 + 1).to_be_bytes();
        let mut last = keyed.clone().chain_update(salt).chain_update(count).finalize().into_bytes();
        let mut sum = last.clone();
        for _ in 1..rounds {
            last = keyed.clone().chain_update(&last).finalize().into_bytes();
            sum.iter_mut().zip(&last).for_each(|(a, b)| *a ^= b);
        }
        let length = piece.len();
        piece.copy_from_slice(&sum[..length]);
    }
}

impl Cipher {
    const ALL: [Cipher; 4] = [Cipher::Sm4, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256];

    fn oid(self) -> &'static [u8] {
        match self {
            Cipher::Sm4 => oid::SM4_CBC,
            Cipher::Aes128 => oid::AES128_CBC,
            Cipher::Aes192 => oid::AES192_CBC,
            Cipher::Aes256 => oid::AES256_CBC,
        }
    }

    fn key_length(self) -> usize {
        match self {
            Cipher::Sm4 => sm4::KEY,
            Cipher::Aes128 => Aes128::key_size(),
            Cipher::Aes192 => Aes192::key_size(),
            Cipher::Aes256 => Aes256::key_size(),
        }
    }

    fn seal(self, key: &[u8], vector: &[u8; BLOCK], plain: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Cipher::Sm4 => Ok(sm4_modes::cbc_encrypt(sm4_key(key)?, vector, plain)),
            Cipher::Aes128 => seal_with::<Aes128>(key, vector, plain),
            Cipher::Aes192 => seal_with::<Aes192>(key, vector, plain),
            Cipher::Aes256 => seal_with::<Aes256>(key, vector, plain),
        }
    }

    fn open(self, key: &[u8], vector: &[u8; BLOCK], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Cipher::Sm4 => sm4_modes::cbc_decrypt(sm4_key(key)?, vector, sealed),
            Cipher::Aes128 => open_with::<Aes128>(key, vector, sealed),
            Cipher::Aes192 => open_with::<Aes192>(key, vector, sealed),
            Cipher::Aes256 => open_with::<Aes256>(key, vector, sealed),
        }
    }
}

fn sm4_key(key: &[u8]) -> Result<&[u8; sm4::KEY], Error> {
    key.try_into().map_err(|_| Error::Key)
}

type Sixteen = aes_gcm::aead::consts::U16;

fn seal_with<C>(key: &[u8], vector: &[u8; BLOCK], plain: &[u8]) -> Result<Vec<u8>, Error>
where
    C: KeyInit + BlockCipherEncrypt<BlockSize = Sixteen>,
{
    let cipher = C::new_from_slice(key).map_err(|_| Error::Key)?;
    let encrypt = |block: [u8; BLOCK]| {
        let mut block = block.into();
        cipher.encrypt_block(&mut block);
        block.into()
    };
    Ok(sm4_modes::cbc_seal_with(encrypt, vector, plain))
}

fn open_with<C>(key: &[u8], vector: &[u8; BLOCK], sealed: &[u8]) -> Result<Vec<u8>, Error>
where
    C: KeyInit + BlockCipherDecrypt<BlockSize = Sixteen>,
{
    let cipher = C::new_from_slice(key).map_err(|_| Error::Key)?;
    let decrypt = |block: [u8; BLOCK]| {
        let mut block = block.into();
        cipher.decrypt_block(&mut block);
        block.into()
    };
    sm4_modes::cbc_open_with(decrypt, vector, sealed)
}

/// A key file that was read and not yet opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    recipe: Recipe,
    salt: Vec<u8>,
    vector: [u8; BLOCK],
    sealed: Vec<u8>,
}

impl KeyFile {
    /// Reads a DER EncryptedPrivateKeyInfo.
    ///
    /// # Errors
    /// [`Error::Der`] for another form and for rounds out of bounds, [`Error::Algorithm`] for a recipe that is not
    /// read here; its text says which.
    pub fn parse(der: &[u8]) -> Result<KeyFile, Error> {
        let mut outer = only_sequence(der, "key file")?;
        let mut method = outer.expect(tag::SEQUENCE, "key file algorithm")?.inside();
        let sealed = outer.expect(tag::OCTET_STRING, "sealed key")?.value.to_vec();
        outer.end()?;
        let scheme = method.expect(tag::OID, "key file algorithm")?.value;
        if scheme != oid::PBES2 && scheme != oid::GM_PBES {
            return Err(Error::Algorithm("key file is not under PBES2"));
        }
        let mut parts = method.expect(tag::SEQUENCE, "PBES2 parameters")?.inside();
        method.end()?;
        let derivation = parts.expect(tag::SEQUENCE, "key derivation")?;
        let mut encryption = parts.expect(tag::SEQUENCE, "key file cipher")?.inside();
        parts.end()?;
        let id = encryption.expect(tag::OID, "key file cipher")?.value;
        let cipher = Cipher::ALL.into_iter().find(|cipher| cipher.oid() == id);
        let cipher =
            cipher.ok_or(Error::Algorithm("key file is under neither SM4-CBC nor AES-CBC"))?;
        let vector = encryption.expect(tag::OCTET_STRING, "vector")?.value;
        let vector = vector.try_into().map_err(|_| Error::Der("vector"))?;
        encryption.end()?;
        let (salt, rounds, prf) = derivation_parts(&derivation, cipher)?;
        Ok(KeyFile { recipe: Recipe { prf, cipher, rounds }, salt, vector, sealed })
    }

    /// How it is sealed.
    pub fn recipe(&self) -> Recipe {
        self.recipe
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`Error::Sealed`] when the passphrase is another one or the file was changed, [`Error::Algorithm`] when what
    /// lies inside is no SM2 key.
    pub fn open(&self, passphrase: &[u8]) -> Result<Keypair, Error> {
        let key = self.recipe.key(passphrase, &self.salt);
        let plain = Zeroizing::new(self.recipe.cipher.open(&key, &self.vector, &self.sealed)?);
        keys::pair_from_pkcs8(&plain).map_err(|error| match error {
            Error::Algorithm(_) => error,
            // One key of 256 passes the padding by chance; what comes out of it is no key.
            _ => Error::Sealed,
        })
    }
}

impl Recipe {
    fn key(&self, passphrase: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_length()]);
        self.prf.derive(passphrase, salt, self.rounds, &mut key);
        key
    }
}

fn only_sequence<'a>(der: &'a [u8], what: &'static str) -> Result<Reader<'a>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer.inside()) } else { Err(Error::Der(what)) }
}

/// Salt, rounds and keyed hash of `AlgorithmIdentifier { PBKDF2, PBKDF2-params }`.
fn derivation_parts(tlv: &Tlv<'_>, cipher: Cipher) -> Result<(Vec<u8>, u32, Prf), Error> {
    let mut fields = tlv.inside();
    let id = fields.expect(tag::OID, "key derivation")?.value;
    if id != oid::PBKDF2 && id != oid::GM_PBKDF {
        return Err(Error::Algorithm("key file does not derive its key with PBKDF2"));
    }
    let mut parts = fields.expect(tag::SEQUENCE, "PBKDF2 parameters")?.inside();
    fields.end()?;
    let salt = parts.expect(tag::OCTET_STRING, "salt")?.value;
    if !(1..=128).contains(&salt.len()) {
        return Err(Error::Der("salt"));
    }
    let rounds = parts.expect(tag::INTEGER, "rounds")?.small()?;
    if !(1..=MOST_ROUNDS).contains(&rounds) {
        return Err(Error::Der("rounds"));
    }
    if let Some(length) = parts.optional(tag::INTEGER)?
        && length.small()? as usize != cipher.key_length()
    {
        return Err(Error::Der("key length"));
    }
    let prf = match parts.is_empty() {
        // GM/T 0091 leaves HMAC-SM3 out as the default, RFC 8018 HMAC-SHA1.
        true if id == oid::GM_PBKDF => Prf::Sm3,
        true => return Err(Error::Algorithm("key file derives its key with HMAC-SHA1")),
        false => match algorithm(&mut parts)? {
            id if id == oid::HMAC_SM3 || id == oid::HMAC_SM3_GMT0091 => Prf::Sm3,
            id if id == oid::HMAC_SHA256 => Prf::Sha256,
            _ => return Err(Error::Algorithm("key file derives its key with another hash")),
        },
    };
    parts.end()?;
    Ok((salt.to_vec(), rounds, prf))
}

/// Seals a key under a passphrase into a DER EncryptedPrivateKeyInfo. `chance` is 32 fresh random bytes.
///
/// # Errors
/// [`Error::Der`] for an empty passphrase and for rounds below [`LEAST_ROUNDS`] or above [`MOST_ROUNDS`].
pub fn seal(
    pair: &Keypair,
    passphrase: &[u8],
    recipe: Recipe,
    chance: [u8; 32],
) -> Result<Vec<u8>, Error> {
    if passphrase.is_empty() {
        return Err(Error::Der("passphrase"));
    }
    if !(LEAST_ROUNDS..=MOST_ROUNDS).contains(&recipe.rounds) {
        return Err(Error::Der("rounds"));
    }
    let (salt, vector) = chance.split_at(BLOCK);
    let vector: [u8; BLOCK] = vector.try_into().map_err(|_| Error::Der("vector"))?;
    let key = recipe.key(passphrase, salt);
    let sealed = recipe.cipher.seal(&key, &vector, &keys::pkcs8(pair))?;
    let derivation = tlv::sequence(&[
        &tlv::octets(salt),
        &tlv::integer(&recipe.rounds.to_be_bytes()),
        &tlv::sequence(&[&tlv::put(tag::OID, &[recipe.prf.oid()]), &tlv::put(tag::NULL, &[])]),
    ]);
    let algorithm = |id: &[u8], parts: &[u8]| tlv::sequence(&[&tlv::put(tag::OID, &[id]), parts]);
    let parts = tlv::sequence(&[
        &algorithm(oid::PBKDF2, &derivation),
        &algorithm(recipe.cipher.oid(), &tlv::octets(&vector)),
    ]);
    Ok(tlv::sequence(&[&algorithm(oid::PBES2, &parts), &tlv::octets(&sealed)]))
}

#[cfg(test)]
mod tests;
