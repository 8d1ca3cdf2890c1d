/// Where concepts meet: each service composes one concept's rules with usage and feed into steps.
@NullMarked
package dev.onceonly.core.service;

import org.jspecify.annotations.NullMarked;
