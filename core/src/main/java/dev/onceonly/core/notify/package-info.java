/// Notifications: mails that wait in a durable outbox, at most one per subject and hour.
@NullMarked
package dev.onceonly.core.notify;

import org.jspecify.annotations.NullMarked;
