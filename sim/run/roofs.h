// How soon the bytes of a layer can pass between its accelerator and memories, at the clocks of the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/mapping/program/plan.h"
#include "sim/power/record/activity_record.h"
#include "sim/run/design_point.h"
#include "sim/soc/soc.h"

namespace subvolt::run {

class Roofs {
 public:
  // `hardware` as planned with, whose ways are those of DesignPoint::map_at. All must outlive this.
  Roofs(const DesignPoint& point, const mapping::Hardware& hardware, const mapping::Program& program,
        const soc::Soc& soc);
  struct Bytes {
    std::int64_t read = 0, written = 0;
  };
  // At which the layer's first job runs it.
  std::size_t first_point_of(std::size_t layer) const;
  // Of a network's layer on an accelerator, whose jobs moved so much between memories and it (mapping/ceiling.h): of
  // each memory, as the hardware lists them, then of all. At that point.
  std::vector<power::TransferBound> of(std::size_t layer, std::size_t accelerator,
                                       const std::map<std::string, Bytes>& by_memory);

 private:
  using Ways = std::vector<std::vector<mapping::Path>>;  // by accelerator and memory
  const Ways& ways(std::size_t operating_point);

  const DesignPoint& point_;
  const mapping::Hardware& hardware_;
  const mapping::Program& program_;
  const soc::Soc& soc_;
  std::map<std::size_t, Ways> measured_;  // by operating point
};

}  // namespace subvolt::run
