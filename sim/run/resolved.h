// The config.yaml of a run: every value of a design point, with where it came from, as a document that runs again.
#pragma once

#include <cstdint>
#include <string>

#include "sim/run/design_point.h"

namespace subvolt::run {

// What the documents do not say.
struct RunIdentity {
  std::string program;  // "subvolt 0.1.0"
  std::string command;
  std::uint64_t seed = 0;
  std::string options;  // of the command line that are in no document, as words for a shell
};

// Sections design, soc, power and technology. Networks are data and stay where they are.
std::string resolved(const Request& request, const DesignPoint& point, const RunIdentity& identity);

// What a record was priced with.
struct PricedDocuments {
  std::string power, technology;  // files
  std::vector<config::Override> overrides;
};

// The config.yaml of a priced record: sections power and technology. The record lies beside it.
std::string resolved(const PricedDocuments& documents, const power::PowerIntent& intent,
                     const power::Technology& technology, const RunIdentity& identity);

}  // namespace subvolt::run
