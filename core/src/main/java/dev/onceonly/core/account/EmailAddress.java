package dev.onceonly.core.account;

import java.util.regex.Pattern;

/// Which addresses mails are sent to. Narrower than the standard on purpose: nothing that could end
/// a header or stand for two recipients. A domain in another script is written as its `xn--` form.
public final class EmailAddress {
  public static final int LENGTH_MAX = 254;

  private static final Pattern FORM =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  private static final int LOCAL_PART_MAX = 64;

  private EmailAddress() {}

  /// Whether the text is one address, and nothing else.
  public static boolean isUsable(String text) {
    return text.length() <= LENGTH_MAX
        && text.indexOf('@') <= LOCAL_PART_MAX
        && FORM.matcher(text).matches();
  }
}
