package dev.onceonly.dispatch;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/// The keys that seal secrets: one that is used now, and while they are changed the ones before it,
/// which can still open. Beside them the key of the secrets' ids, which stays. Immutable.
final class SealingKeys {
  private static final String HEADING = "onceonly-secrets-key 1";
  private static final int ID_KEY_BYTES = 32;
  private static final int LINES = 3;

  /// Tink's ciphertexts start with 1 and the key's id.
  private static final int PREFIX_BYTES = 5;

  private final KeysetHandle keyset;
  private final Aead aead;
  private final byte[] idKey;

  private SealingKeys(KeysetHandle keyset, byte[] idKey) throws GeneralSecurityException {
    this.keyset = keyset;
    this.aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    this.idKey = idKey;
  }

  /// What can be done with keys, which only a broken installation fails at.
  @FunctionalInterface
  private interface Making {
    SealingKeys make() throws GeneralSecurityException;
  }

  private static SealingKeys make(Making making) {
    try {
      AeadConfig.register();
      return making.make();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the keys that seal secrets can't be made", e);
    }
  }

  /// New keys. The id's key is as long as its hash.
  static SealingKeys generate(SecureRandom random) {
    byte[] idKey = new byte[ID_KEY_BYTES];
    random.nextBytes(idKey);
    return make(() ->
        new SealingKeys(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), idKey));
  }

  /// These, and a new one that is used from now on.
  SealingKeys withNewKey() {
    return make(() ->
        new SealingKeys(
            KeysetHandle.newBuilder(keyset)
                .addEntry(
                    KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build(),
            idKey));
  }

  /// Only the one that is used now.
  SealingKeys withoutOldKeys() {
    KeysetHandle.Entry current = keyset.getPrimary();
    return make(() ->
        new SealingKeys(
            KeysetHandle.newBuilder()
                .addEntry(
                    KeysetHandle.importKey(current.getKey())
                        .withFixedId(current.getId())
                        .makePrimary())
                .build(),
            idKey));
  }

  /// Whether they are the same keys.
  boolean isSameAs(SealingKeys other) {
    return keyset.equalsKeyset(other.keyset) && MessageDigest.isEqual(idKey, other.idKey);
  }

  boolean hasOldKeys() {
    return keyset.size() > 1;
  }

  /// The text of the key file: a heading, the id's key in base64, Tink's JSON.
  String text() {
    try {
      return HEADING
          + "\n"
          + Base64.getEncoder().encodeToString(idKey)
          + "\n"
          + TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get())
          + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the keys that seal secrets can't be written", e);
    }
  }

  /// Reads what [#text()] wrote.
  ///
  /// @throws IllegalArgumentException for any other text; it quotes nothing of it
  static SealingKeys parse(String text) {
    List<String> lines = List.of(text.split("\n", LINES));
    if (lines.size() < LINES || !lines.getFirst().equals(HEADING)) {
      throw new IllegalArgumentException("it does not start with '" + HEADING + "'");
    }
    try {
      AeadConfig.register();
      byte[] idKey = Base64.getDecoder().decode(lines.get(1));
      if (idKey.length != ID_KEY_BYTES) {
        throw new IllegalArgumentException("its second line has not 32 bytes in base64");
      }
      return new SealingKeys(
          TinkJsonProtoKeysetFormat.parseKeyset(lines.get(2), InsecureSecretKeyAccess.get()),
          idKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("its keys can't be read");
    }
  }

  byte[] seal(byte[] plain, byte[] bound) throws GeneralSecurityException {
    return aead.encrypt(plain, bound);
  }

  byte[] open(byte[] sealed, byte[] bound) throws GeneralSecurityException {
    return aead.decrypt(sealed, bound);
  }

  /// Whether it was sealed with the key that is used now.
  boolean isCurrent(byte[] sealed) {
    return sealed.length > PREFIX_BYTES
        && ByteBuffer.wrap(sealed).getInt(1) == keyset.getPrimary().getId();
  }

  byte[] idKey() {
    return idKey.clone();
  }
}
