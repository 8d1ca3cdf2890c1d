package dev.onceonly.core.service;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.EmailAddress;
import dev.onceonly.core.account.KeyLookup;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Namespaces and API keys: changed through steps, looked up in memory. What is in memory follows
/// the commit itself and no later read, so a change holds for the next lookup even while no read
/// comes through. Thread-safe.
public final class Accounts implements KeyLookup, CommitListener {
  public static final String DEFAULT_NAMESPACE = "default";

  /// Who has made a change in the audit log's words, where it came from the command line.
  public static final String OPERATOR = "operator";

  /// How many patterns of locks a key may be bound to.
  public static final int LOCK_PATTERNS_MAX = 20;

  private static final String PATTERN_FORM = "\\P{Cc}{1,256}";

  private final Store store;
  private final Plans plans;
  private final String defaultPlan;
  private final Map<String, KeyEntry> entries = new ConcurrentHashMap<>();
  private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();
  private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
  private final Map<Long, Namespace> namespacesById = new ConcurrentHashMap<>();

  /// Reads all accounts and listens to the store from now on, so no step that changes one may run
  /// at the same time.
  ///
  /// @throws AccountException if the default plan is not a known one
  public Accounts(Store store, Plans plans, String defaultPlan) {
    this.store = store;
    this.plans = plans;
    this.defaultPlan = defaultPlan;
    plan(defaultPlan);
    store.namespaces().forEach(this::put);
    store.apiKeys().forEach(this::put);
    store.listen(this);
  }

  @Override
  public @Nullable KeyEntry find(String sha256Hex) {
    return entries.get(sha256Hex);
  }

  /// All namespaces, by name.
  public List<Namespace> namespaces() {
    return namespaces.values().stream().sorted(Comparator.comparing(Namespace::name)).toList();
  }

  /// The keys of one namespace, oldest first.
  public List<ApiKey> keys(String namespace) {
    long id = namespace(namespace).id();
    return keys.values().stream()
        .filter(key -> key.namespaceId() == id)
        .sorted(Comparator.comparingLong(key -> key.span().createdAtMs()))
        .toList();
  }

  public boolean hasKeys() {
    return !keys.isEmpty();
  }

  /// Makes a namespace on the default plan, or on another.
  ///
  /// @param name 1 to 63 of a-z, 0-9, `_` and `-`
  public Namespace createNamespace(String name, @Nullable String plan, @Nullable String email) {
    if (!Namespace.isName(name)) {
      throw new AccountException("a namespace's name has " + Namespace.NAME_WORDS);
    }
    String planName = plan(plan == null ? defaultPlan : plan).name();
    String address = email == null ? null : address(email);
    return store.run(new AccountSteps.CreateNamespace(OPERATOR, name, planName, address));
  }

  /// Puts a namespace on another plan.
  public Namespace setPlan(String name, String plan) {
    String planName = plan(plan).name();
    return update(OPERATOR, name, namespace -> namespace.withPlan(planName));
  }

  /// Sends a namespace's mails to another address, or to none.
  public Namespace setEmail(String name, @Nullable String email) {
    String address = email == null ? null : address(email);
    return update(OPERATOR, name, namespace -> namespace.withEmail(address));
  }

  /// Changes which mails a namespace wants.
  ///
  /// @param actor the id of the key that does it, or [#OPERATOR]
  public Namespace updateNotifications(
      String actor, String name, UnaryOperator<Notifications> change) {
    return update(
        actor,
        name,
        namespace -> namespace.withNotifications(change.apply(namespace.notifications())));
  }

  /// As [#createKey(String, String, Powers)], bound to no locks.
  public ApiKey createKey(String namespace, String text, Role role, List<String> agentPatterns) {
    return createKey(namespace, text, new Powers(role, agentPatterns, List.of()));
  }

  /// Makes the key known, under the hash of its text. A key that exists already in the same
  /// namespace with the same powers is left as it is.
  ///
  /// @param text 16 to 256 visible ASCII characters
  /// @param powers patterns are for role `agent` only, which needs at least one of agents and takes
  ///   up to [#LOCK_PATTERNS_MAX] of locks; each 1 to 256 characters, none of them a control
  ///   character
  public ApiKey createKey(String namespace, String text, Powers powers) {
    if (!ApiKey.isText(text)) {
      throw new AccountException("an API key has " + ApiKey.TEXT_WORDS);
    }
    require(powers);
    String hash = Sha256.hex(text);
    String keyId = "key_" + hash.substring(0, 12);
    ApiKey key =
        new ApiKey(
            0, keyId, namespace(namespace).id(), preview(text), powers, new ApiKey.Span(0, null));
    return store.run(new AccountSteps.CreateKey(OPERATOR, new ApiKeyKey(hash), key));
  }

  private static void require(Powers powers) {
    boolean isAgents = powers.role() == Role.AGENT;
    if (isAgents == powers.agentPatterns().isEmpty()) {
      throw new AccountException(
          "a key of role agent needs at least one agent pattern, and no other role takes one");
    }
    if (!isForm(powers.agentPatterns())) {
      throw new AccountException(
          "an agent pattern has 1 to 256 characters, none of them a control character");
    }
    if (!isAgents && !powers.lockPatterns().isEmpty()) {
      throw new AccountException("only a key of role agent is bound to locks");
    }
    if (powers.lockPatterns().size() > LOCK_PATTERNS_MAX || !isForm(powers.lockPatterns())) {
      throw new AccountException(
          "a key is bound to at most "
              + LOCK_PATTERNS_MAX
              + " patterns of locks, each of 1 to 256 characters, none of them a control character");
    }
  }

  private static boolean isForm(List<String> patterns) {
    return patterns.stream().allMatch(pattern -> pattern.matches(PATTERN_FORM));
  }

  /// Disables a key, by its id. Disabling a disabled one changes nothing. When this returns, the
  /// key opens nothing any more.
  public ApiKey disableKey(String keyId) {
    Map.Entry<String, ApiKey> found = byId(keyId);
    return store.run(
        AccountSteps.SwitchKey.disabling(
            OPERATOR, new ApiKeyKey(found.getKey()), found.getValue().namespaceId()));
  }

  /// Lets a disabled key open again what it opened before, by its id. Enabling an enabled one
  /// changes nothing. When this returns, it holds.
  public ApiKey enableKey(String keyId) {
    Map.Entry<String, ApiKey> found = byId(keyId);
    return store.run(
        AccountSteps.SwitchKey.enabling(
            OPERATOR, new ApiKeyKey(found.getKey()), found.getValue().namespaceId()));
  }

  private Map.Entry<String, ApiKey> byId(String keyId) {
    for (Map.Entry<String, ApiKey> entry : keys.entrySet()) {
      if (entry.getValue().keyId().equals(keyId)) {
        return entry;
      }
    }
    throw new AccountException("there is no API key " + keyId);
  }

  public Plans plans() {
    return plans;
  }

  /// The namespace with that name.
  public Namespace namespace(String name) {
    Namespace found = namespaces.get(name);
    if (found == null) {
      throw new AccountException("there is no namespace " + name);
    }
    return found;
  }

  private Namespace update(String actor, String name, UnaryOperator<Namespace> change) {
    long id = namespace(name).id();
    return store.run(new AccountSteps.UpdateNamespace(actor, new NamespaceKey(name), id, change));
  }

  private Plan plan(String name) {
    return plans
        .find(name)
        .orElseThrow(() ->
            new AccountException(
                "there is no plan "
                    + name
                    + "; known: "
                    + plans.byName().keySet().stream().sorted().toList()));
  }

  private static String address(String email) {
    if (!EmailAddress.isUsable(email)) {
      throw new AccountException(
          "an e-mail address looks like name@example.org, in at most "
              + EmailAddress.LENGTH_MAX
              + " ASCII characters");
    }
    return email;
  }

  private static String preview(String text) {
    int shown = text.startsWith("once_live_") ? "once_live_".length() : 4;
    return text.substring(0, shown) + "…" + text.substring(text.length() - 4);
  }

  /// Takes over what was changed, before whoever changed it is answered.
  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Change<?> change : changes) {
      if (change.row() instanceof Namespace namespace) {
        put(namespace);
      } else if (change.key() instanceof ApiKeyKey(String hash)
          && change.row() instanceof ApiKey key) {
        put(hash, key);
      }
    }
  }

  /// With its keys' entries, which carry it and its plan.
  private void put(Namespace namespace) {
    namespacesById.put(namespace.id(), namespace);
    namespaces.put(namespace.name(), namespace);
    keys.forEach((hash, key) -> {
      if (key.namespaceId() == namespace.id()) {
        entries.put(hash, entry(namespace, key));
      }
    });
  }

  private void put(String hash, ApiKey key) {
    keys.put(hash, key);
    Namespace namespace = namespacesById.get(key.namespaceId());
    if (namespace != null) {
      entries.put(hash, entry(namespace, key));
    }
  }

  /// The plan that a namespace is on now, by the namespace's id.
  public Plan planOf(long namespaceId) {
    return planOf(namespace(namespaceId));
  }

  /// The namespace with that id.
  public Namespace namespace(long id) {
    Namespace found = namespacesById.get(id);
    if (found == null) {
      throw new AccountException("there is no namespace with id " + id);
    }
    return found;
  }

  private Plan planOf(Namespace namespace) {
    return plan(plans.find(namespace.plan()).isPresent() ? namespace.plan() : defaultPlan);
  }

  private KeyEntry entry(Namespace namespace, ApiKey key) {
    return new KeyEntry(new Caller(namespace, planOf(namespace), key), key.isEnabled());
  }
}
