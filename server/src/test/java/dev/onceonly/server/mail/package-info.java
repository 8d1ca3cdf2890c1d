@NullMarked
package dev.onceonly.server.mail;

import org.jspecify.annotations.NullMarked;
