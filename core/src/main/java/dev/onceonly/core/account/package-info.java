/// Namespaces, API keys with their roles, and plans.
@NullMarked
package dev.onceonly.core.account;

import org.jspecify.annotations.NullMarked;
