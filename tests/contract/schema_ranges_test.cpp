// Has every number of a document a range? One without is sooner or later a divisor of zero or a voltage of 10^18 V.
//
// Networks are left out: their sizes are bounded where they are multiplied (sim/network/bounded.h).
#include <gtest/gtest.h>

#include <set>

#include "sim/config/kinds.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/power/intent/power_intent.h"
#include "sim/power/price/price_book.h"
#include "sim/run/design_point.h"
#include "sim/soc/structure.h"

namespace subvolt {
namespace {

using config::TypeDoc;

class Walk {
 public:
  void visit(const config::SchemaBase& schema) {
    if (!seen_.insert(&schema).second) return;
    for (const config::FieldDoc& field : schema.fields()) {
      const bool bare = field.type.form == TypeDoc::Form::kInteger || field.type.form == TypeDoc::Form::kNumber;
      ++fields_;
      if (bare && field.range_text.empty()) unbounded_.push_back(schema.name() + "." + field.key);
      const bool quantity = field.type.form == TypeDoc::Form::kQuantity;
      if (quantity && field.range_text.empty()) unbounded_.push_back(schema.name() + "." + field.key);
      if (bare && field.range_text.rfind(">=", 0) == 0)
        unbounded_.push_back(schema.name() + "." + field.key + " above");
      visit(field.type);
    }
  }
  const std::vector<std::string>& unbounded() const { return unbounded_; }
  int fields() const { return fields_; }

 private:
  void visit(const TypeDoc& type) {
    if (type.object) visit(*type.object);
    if (type.kinds) {
      for (const config::SchemaBase* kind : type.kinds->schemas()) visit(*kind);
    }
    for (const TypeDoc& element : type.element) visit(element);
  }

  std::set<const config::SchemaBase*> seen_;
  std::vector<std::string> unbounded_;
  int fields_ = 0;
};

TEST(SchemaRanges, EveryNumberHasALargestAndASmallestValue) {
  Walk walk;
  walk.visit(run::DesignFile::schema());
  walk.visit(power::PowerIntent::schema());
  walk.visit(power::Technology::schema());
  walk.visit(power::MemoryDescription::schema());
  walk.visit(soc::Connection::schema());
  for (const auto* kind : kernel::component_kinds()) walk.visit(*kind->schema);
  for (const auto* kind : kernel::memory_kinds()) {
    walk.visit(*kind->device);
    walk.visit(*kind->settings);
  }
  EXPECT_GT(walk.fields(), 200);
  EXPECT_EQ(walk.unbounded(), std::vector<std::string>{});
}

}  // namespace
}  // namespace subvolt
