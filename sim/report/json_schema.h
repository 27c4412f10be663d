// The configuration's schemas as JSON Schema (draft-07) and as a reference for people.
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/report/result.h"

namespace subvolt::report {

// A document with `schema: NAME/1` and the section NAME. A file with `include:` may leave out what it refines, and
// remove by null.
Json document_schema(const config::SchemaBase& section);
// A SoC document: its components are those that this build has.
Json soc_schema();
// A memory document: what `device:` may say depends on its kind.
Json memory_schema();

// Whatever is one of them.
Json any_document(const std::vector<Json>& documents);

// Markdown: one table per struct, its fields with type, default, range and meaning.
std::string reference(const std::vector<const config::SchemaBase*>& documents);

}  // namespace subvolt::report
