/// Sends notifications: takes what is due from the outbox and brings it to a mail server.
@NullMarked
package dev.onceonly.server.mail;

import org.jspecify.annotations.NullMarked;
