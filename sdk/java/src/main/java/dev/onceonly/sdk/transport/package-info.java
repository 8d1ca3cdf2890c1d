/// How requests reach a server, replaceable in tests and for proxies.
@NullMarked
package dev.onceonly.sdk.transport;

import org.jspecify.annotations.NullMarked;
