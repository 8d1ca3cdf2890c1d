package dev.onceonly.core.govern;

import dev.onceonly.core.govern.ToolRow.Delivery;
import org.jspecify.annotations.Nullable;

/// A tool as its owner defines it, without the secrets that sign its calls.
///
/// @param url where it is called; its form and address have been checked
/// @param onlyV2 whether the published signature, which leaves out the time, is not sent
/// @param description 0 to 512 characters, null where none was given
public record ToolDefinition(
    String url, boolean onlyV2, Delivery delivery, boolean enabled, @Nullable String description) {
  public static final int URL_CHARS_MAX = 2_048;
  public static final int DESCRIPTION_CHARS_MAX = 512;
}
