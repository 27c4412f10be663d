#include "sim/config/loader.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <unordered_map>
#include <utility>

#include "sim/config/digest.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/config/run_document.h"
#include "sim/config/yaml_text.h"

namespace subvolt::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxIncludes = 32;  // files that include each other; four are shipped
constexpr int kVersion = 1;               // of every schema so far

[[noreturn]] void fail(const SourceLocation& at, const std::string& path, const std::string& message) {
  Diagnostics d;
  d.error(at, path, message);
  d.throw_if_any();
  throw Error(ErrorKind::kInternal, message);  // not reached: there was one
}

struct Part {
  Node section;
  Node include;
  Node misplaced;  // `include:` in the section
  bool found = false;
  Recorded was;  // of a run's config.yaml
};

SourceLocation key_location_of(const Node& map, std::string_view key) {
  for (const Node::Entry& entry : map.entries()) {
    if (entry.key == key) return entry.key_location;
  }
  return map.location();
}

// As parse_yaml(). A memory's document is wanted by its component and several times for its prices, and parsing it
// takes longer than all that is done with it: small texts that were parsed before are remembered, a few of them.
Node parsed(const std::string& text, const std::string& name) {
  constexpr std::size_t kMostBytes = 1 << 16, kMostTexts = 16;
  static std::map<std::pair<std::string, std::string>, Node> known;
  if (text.size() > kMostBytes) return parse_yaml(text, name, "");
  const auto found = known.find({name, text});
  if (found != known.end()) return found->second;
  if (known.size() == kMostTexts) known.clear();
  return known[{name, text}] = parse_yaml(text, name, "");
}

// The section of one file, its header checked.
Part read_part(const std::string& text, const std::string& name, const std::string& schema) {
  Node root = parsed(text, name);
  const SourceLocation start{name, 1, 1};
  const std::string wanted = schema + "/" + std::to_string(kVersion);
  if (!root.is_map()) {
    fail(start, "", "expected a document that begins with `schema: " + wanted + "`, got " + root.describe());
  }
  const Node* header = root.find("schema");
  if (!header) fail(start, "schema", "expected `schema: " + wanted + "` at the top of the document");
  Part part;
  std::vector<std::string> keys{"schema", "include", schema};
  if (is_run_document(root)) {
    part.was = recorded(root, text, schema);
    keys.assign(std::begin(kRunSections), std::end(kRunSections));
    keys.insert(keys.begin(), "schema");
  } else if (header->value() != wanted) {
    fail(header->location(), "schema", "expected " + wanted + ", got " + header->describe());
  }

  Diagnostics diagnostics;
  bool found = false;
  for (Node::Entry& entry : root.entries()) {
    if (entry.key == "schema") continue;
    if (entry.key == schema) {
      part.section = std::move(entry.node);
      found = true;
    } else if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
      std::string expected;
      for (const std::string& key : keys) {
        expected += (expected.empty() ? "" : key == keys.back() ? " or " : ", ") + key;
      }
      diagnostics.error(entry.key_location, entry.key,
                        "unknown key: expected " + expected + did_you_mean(entry.key, keys));
    } else if (entry.key == "include") {
      part.include = entry.node;
    }
  }
  if (part.section.is_map()) {
    if (const Node* inside = part.section.find("include")) {
      part.misplaced = *inside;
      part.misplaced.set_location(key_location_of(part.section, "include"));
    }
  }
  // What is included is looked at first: a file that includes itself does so with and without a section.
  if (!found && part.include.is_null()) diagnostics.error(start, schema, "expected the section `" + schema + ":`");
  part.found = found;
  diagnostics.throw_if_any();
  return part;
}

// `over` refines `base`: maps key by key, everything else is replaced; a key without a value removes what it names.
void merge(Node& base, Node&& over) {
  if (!base.is_map() || !over.is_map()) {
    base = std::move(over);
    return;
  }
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.entries().size(); ++i) places.emplace(base.entries()[i].key, i);
  std::vector<std::pair<std::string, SourceLocation>> removed;
  std::vector<Node::Entry> fresh;
  for (Node::Entry& entry : over.entries()) {
    const auto below = places.find(entry.key);
    if (below == places.end()) {
      fresh.push_back(std::move(entry));
    } else if (entry.node.is_null()) {
      removed.emplace_back(entry.key, entry.key_location);
    } else {
      Node::Entry& refined = base.entries()[below->second];
      const bool replaced = !refined.node.is_map() || !entry.node.is_map();
      if (replaced) refined.key_location = entry.key_location;
      merge(refined.node, std::move(entry.node));
    }
  }
  base.remove(removed);
  std::move(fresh.begin(), fresh.end(), std::back_inserter(base.entries()));
}

class Reader {
 public:
  explicit Reader(std::string_view schema) : schema_(schema) {}

  Node read(const std::string& text, const std::string& file, const std::string& name) {
    digested_ += text;
    digested_ += '\0';
    Part part = read_part(text, name, schema_);
    if (chain_.empty()) was_ = part.was;
    if (!part.misplaced.is_null()) {
      refuse_cycle(part.misplaced, file);
      fail(part.misplaced.location(), part.misplaced.path(),
           "`include:` stands at the top of the document, beside `schema:`: move it there");
    }
    if (part.include.is_null()) return std::move(part.section);
    Node base = read_include(part.include, file);
    if (!part.found) fail({name, 1, 1}, schema_, "expected the section `" + schema_ + ":`");
    part.section.set_layer(++layer_);
    merge(base, std::move(part.section));
    return base;
  }

  const std::string& digested() const { return digested_; }
  const Recorded& was() const { return was_; }

 private:
  static std::string target_of(const Node& include, const std::string& file) {
    return (fs::path(file).parent_path() / include.value()).lexically_normal().string();
  }

  void refuse_cycle(const Node& include, const std::string& file) const {
    if (!include.is_scalar()) return;
    const std::string target = target_of(include, file);
    if (file != target && std::find(chain_.begin(), chain_.end(), target) == chain_.end()) return;
    fail(include.location(), include.path(),
         include.value() + " includes itself: name the file that this one refines, or leave out the line");
  }

  // A document is included by its file, wherever it is: what a name stands for could be another one tomorrow.
  void refuse_shipped_name(const Node& include, const std::string& target) const {
    const bool shelved =
        std::any_of(shelves().begin(), shelves().end(), [&](const Shelf& s) { return s.kind == schema_; });
    if (!shelved || fs::exists(target)) return;
    const std::vector<std::string> names = shipped(schema_);
    if (std::find(names.begin(), names.end(), include.value()) == names.end()) return;
    fail(include.location(), "include",
         "expected a file, such as \"" + fs::absolute(find(schema_, include.value())).lexically_normal().string() +
             "\", got the shipped name " + include.describe());
  }

  Node read_include(const Node& include, const std::string& file) {
    if (!include.is_scalar()) fail(include.location(), "include", "expected a file, got " + include.describe());
    const std::string target = target_of(include, file);
    refuse_cycle(include, file);
    refuse_shipped_name(include, target);
    chain_.push_back(file);
    if (chain_.size() > kMaxIncludes) {
      fail(include.location(), "include",
           "expected at most " + std::to_string(kMaxIncludes) + " files that include one another, this is one more");
    }
    Node base = read(read_file(target, kMaxDocumentBytes, include.location()), target, display_path(target));
    chain_.pop_back();
    return base;
  }

  std::string schema_;
  std::string digested_;
  Recorded was_;
  std::vector<std::string> chain_;
  int layer_ = 0;  // of the part that was merged last
};

Document assemble(const std::string& text, const std::string& file, const std::string& name, std::string_view schema,
                  const std::vector<Override>& overrides) {
  Reader reader(schema);
  Document document;
  document.file = file;
  document.schema = schema;
  document.name = display_name(file);
  document.section = reader.read(text, file, name);
  std::string digested = reader.digested();
  document.of_run = reader.was().of_run;
  document.as_written = reader.was().as_written;
  if (!reader.was().name.empty()) document.name = reader.was().name;

  // Overrides address the tree from its top-level key.
  Node root = Node::map(document.section.location(), "");
  root.set(document.schema, document.section.location(), std::move(document.section));
  Diagnostics diagnostics;
  for (const Override& o : overrides) {
    if (document_of(o) != schema) continue;
    apply(o, root, diagnostics);
    document.as_written = false;
    digested += o.path + "=" + o.value + '\0';
  }
  diagnostics.throw_if_any();
  document.section = std::move(*root.find(document.schema));
  document.sha256 = document.as_written ? reader.was().sha256 : sha256(digested);
  return document;
}

}  // namespace

Document load(const std::string& file, std::string_view schema, const std::vector<Override>& overrides) {
  const std::string normal = fs::path(file).lexically_normal().string();
  return assemble(read_file(normal), normal, display_path(normal), schema, overrides);
}

Document load_text(const std::string& text, const std::string& name, std::string_view schema,
                   const std::vector<Override>& overrides) {
  return assemble(text, name, name, schema, overrides);
}

}  // namespace subvolt::config
