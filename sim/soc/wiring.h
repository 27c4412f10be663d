// Binds the ports of a SoC's components as its connections say, and finds what stays unbound.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/kernel/component_registry.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/accelerator.h"
#include "sim/mapping/capabilities.h"
#include "sim/soc/structure.h"

namespace subvolt::soc {

class Wiring {
 public:
  explicit Wiring(const Structure& structure) : structure_(structure) {}
  void add(const Instance& instance, kernel::Component& component);

  // Throws Error(kConfiguration), located: unknown component or port, two connections on a port for one, an
  // initiator to an interrupt, a memory-mapped target without address or beyond the last one, overlapping ranges,
  // unbound ports, a host or DMA without a way to what it works on.
  void connect();

  // After connect(): memories with their addresses, and where the NPU's doorbell is.
  std::vector<mapping::MemoryRegion> memories() const;
  std::vector<mapping::Doorbell> doorbells() const;
  // From the accelerator, which has so many bursts under way at most, to one of memories().
  mapping::Path path(const kernel::Component& accelerator, int outstanding, const mapping::MemoryRegion& memory,
                     const mapping::PointRates& at) const;

 private:
  struct End {
    const Instance* instance = nullptr;
    kernel::Component* component = nullptr;
    const kernel::PortDoc* port = nullptr;
    std::string name() const;  // "npu.dma"
  };
  struct Range {
    End from, target;
    mapping::Address base = 0;
    std::int64_t size = 0;
    const Connection* connection = nullptr;
    kernel::HasPorts* by = nullptr;  // who maps it, on which port
    kernel::Port* port = nullptr;
    mapping::Address end() const { return base + static_cast<mapping::Address>(size); }
  };
  End find(const std::string& text, const Connection& connection, bool initiating);
  void connect(const Connection& connection);
  void map(const Connection& connection, const End& from, kernel::Port* port, const End& to);
  bool reaches(const std::string& via, const End& from, const Range& range) const;
  static bool is_window(const Range& window, const Range& range);
  bool misses_window(const Range& window, const Range& range);
  void check_ranges();
  void complain(const Range& range, const Range* other, const std::string& what);
  mapping::Address free_base(const Range& range) const;
  void check_unbound();
  std::string how_to_connect(const std::string& port, const std::string& instance, bool initiates) const;
  void check_ways();

  const Structure& structure_;
  std::vector<End> components_;
  std::vector<std::string> bound_;
  std::vector<Range> ranges_;
  config::Diagnostics diagnostics_;
};

}  // namespace subvolt::soc
