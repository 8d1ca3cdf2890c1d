/// Governance: policies, tools, agents, budgets, and the decision on one tool call. Rules are pure;
/// what they need of leases, usage and the audit log is composed in `core.service`.
@NullMarked
package dev.onceonly.core.govern;

import org.jspecify.annotations.NullMarked;
