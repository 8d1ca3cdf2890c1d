package dev.onceonly.server.mail;

import java.time.Instant;

/// One mail as it goes out. All of it is plain text; nothing in `to`, `subject` and `messageId` is
/// a control character.
///
/// @param messageId with its angle brackets; the same for every attempt to send the same mail
record Letter(String to, String subject, String body, String messageId, Instant date) {}
