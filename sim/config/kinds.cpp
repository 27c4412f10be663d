#include "sim/config/kinds.h"

#include <algorithm>

namespace subvolt::config {
namespace {

constexpr std::size_t kMostExplained = 50;  // unknown keys of one map; more are not shown anyway

bool has_key(const SchemaBase& schema, std::string_view key) {
  const auto fields = schema.fields();
  return std::any_of(fields.begin(), fields.end(), [&](const FieldDoc& f) { return f.key == key; });
}

// The key that names the kind, whose one value is the kind's name. Read by Kinds itself.
class NameField : public FieldReader {
 public:
  explicit NameField(std::string name) : name_(std::move(name)) {}
  bool read(const Node&, void*, Diagnostics&) const override { return true; }
  TypeDoc doc() const override { return {TypeDoc::Form::kChoice, {}, {name_}, {}, nullptr}; }
  std::string text(const void*) const override { return name_; }
  std::string range_text() const override { return ""; }

 private:
  std::string name_;
};

class Head : public SchemaBase {
 public:
  Head(const SchemaBase& own, const std::string& key, const std::string& what, bool required)
      : SchemaBase(own.name(), own.summary()) {
    add_field(key, "Chooses this " + what + ".", required, 0, nullptr, std::make_unique<NameField>(own.name()));
  }
};

class Whole : public SchemaBase {
 public:
  Whole(const SchemaBase& head, const SchemaBase& own) : SchemaBase(own.name(), own.summary()) {
    beside([&head, &own] { return std::vector<const SchemaBase*>{&head, &own}; });
  }
};

}  // namespace

struct Kinds::Kind {
  Kind(const SchemaBase& own_keys, Check check_keys, const std::string& key, const std::string& what, bool required)
      : own(own_keys),
        head(std::make_unique<Head>(own, key, what, required)),
        whole(std::make_unique<Whole>(*head, own)),
        check(std::move(check_keys)) {}
  const SchemaBase& own;
  std::unique_ptr<const SchemaBase> head, whole;
  Check check;
};

Kinds::Kinds(std::string what, std::string standard, std::string key)
    : what_(std::move(what)), standard_(std::move(standard)), key_(std::move(key)), kinds_(what_) {}
Kinds::~Kinds() = default;

bool Kinds::add(const SchemaBase& own, Check check) {
  if (has_key(own, key_)) {
    throw Error(ErrorKind::kInternal, what_ + " " + own.name() + " has a key `" + key_ + "`, which chooses among them");
  }
  const bool required = own.name() != standard_;
  return kinds_.add(own.name(), std::make_unique<Kind>(own, std::move(check), key_, what_, required));
}

std::vector<std::string> Kinds::names() const {
  std::vector<std::string> names;
  for (const Kind* kind : kinds_.all()) names.push_back(kind->own.name());
  return names;
}

std::vector<const SchemaBase*> Kinds::schemas() const {
  std::vector<const SchemaBase*> schemas;
  for (const Kind* kind : kinds_.all()) schemas.push_back(kind->whole.get());
  return schemas;
}

const Kinds::Kind* Kinds::kind_of(const Node& map) const {
  const Node* name = map.find(key_);
  if (!name) return kinds_.find(standard_);
  return name->is_scalar() ? kinds_.find(name->value()) : nullptr;
}

const SchemaBase* Kinds::schema_of(const Node& map) const {
  const Kind* kind = map.is_map() ? kind_of(map) : nullptr;
  return kind ? kind->whole.get() : nullptr;
}

std::string Kinds::explain_unknown(const std::string& key, const Node& map, const Kind& kind) const {
  std::vector<std::string> keys;
  for (const FieldDoc& field : kind.whole->fields()) keys.push_back(field.key);
  const std::string unknown = "unknown key \"" + key + "\"";
  const std::string near = did_you_mean(key, keys);
  if (!near.empty()) return unknown + near;
  std::vector<std::string> others;
  for (const Kind* other : kinds_.all()) {
    if (has_key(other->own, key)) others.push_back(other->own.name());
  }
  const std::string of = unknown + " of " + what_ + " " + kind.own.name();
  if (others.empty()) return of + ": expected one of " + listed(keys);
  return of + (map.find(key_) ? "" : ", which a " + what_ + " without a " + key_ + " is") + ": it is a key of " +
         listed(others) + (map.find(key_) ? "" : ": choose one by `" + key_ + "`");
}

bool Kinds::read(const Node& map, KindChoice& choice, Diagnostics& diagnostics) const {
  if (!map.is_map()) {
    const bool known = map.is_scalar() && kinds_.find(map.value());
    diagnostics.error(map, "expected a map that describes " + with_article(what_) + ", got " + map.describe() +
                               (known ? ": write {" + key_ + ": " + map.value() + "}" : ""));
    return false;
  }
  const Node* const name = map.find(key_);
  const Kind* const kind = kind_of(map);
  if (!kind) {
    const std::string given = name && name->is_scalar() ? excerpt(name->value()) : "";
    diagnostics.error(name ? *name : map, name && !name->is_scalar()
                                              ? "expected one of " + listed(names()) + ", got " + name->describe()
                                              : not_one_of(names(), given));
    return false;
  }
  const std::size_t before = diagnostics.errors().size();
  choice.name = kind->own.name();
  const bool refined = name && name->layer() > map.layer();
  choice.keys = Node::map(refined ? name->location() : map.location(), map.steps());
  std::size_t unknown = 0;
  for (const Node::Entry& entry : map.entries()) {
    const bool left_over = name && entry.node.layer() < name->layer();
    if (has_key(kind->own, entry.key)) {
      choice.keys.entries().push_back(entry);
    } else if (entry.key != key_ && !left_over && ++unknown <= kMostExplained) {
      diagnostics.error(entry.key_location, entry.node.path(), explain_unknown(entry.key, map, *kind));
    }
  }
  kind->check(choice.keys, diagnostics);
  return diagnostics.errors().size() == before;
}

}  // namespace subvolt::config
