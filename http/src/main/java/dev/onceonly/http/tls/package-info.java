/// TLS of the server's own: its certificate and key, read from PEM files and read again.
@NullMarked
package dev.onceonly.http.tls;

import org.jspecify.annotations.NullMarked;
