// The configuration's schemas as JSON Schema (draft-07) and as a reference for people.
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/report/result.h"

namespace subvolt::report {

// A document with `schema: NAME/1` and the section NAME.
Json document_schema(const config::SchemaBase& section);
// A SoC document: its components are those that this build has.
Json soc_schema();
// A memory document: what `device:` may say depends on its kind.
Json memory_schema();

// Markdown: one table per struct, its fields with type, default, range and meaning.
std::string reference(const std::vector<const config::SchemaBase*>& documents);

}  // namespace subvolt::report
