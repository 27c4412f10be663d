#include "models/mem/nvm/nvm_config.h"

namespace subvolt::mem {

const config::Schema<NvmDeviceConfig::Access>& NvmDeviceConfig::Access::schema() {
  static const auto schema =
      config::Schema<Access>("nvm_access", "One word read or written.")
          .required("latency", &Access::latency, "From the word's address to its data, or to its being stored.")
          .optional("interval", &Access::interval,
                    "To the next access of the same bank; as long as the latency without it.");
  return schema;
}

const config::Schema<NvmDeviceConfig::Sleep>& NvmDeviceConfig::Sleep::schema() {
  static const auto schema =
      config::Schema<Sleep>("nvm_power_down", "Supply switched off; contents are kept.")
          .required("entry", &Sleep::entry, "From the decision until it is off; at standby power.", some_time())
          .required("exit", &Sleep::exit, "From waking to the first access; at standby power.", some_time());
  return schema;
}

const config::Schema<NvmDeviceConfig>& NvmDeviceConfig::schema() {
  static const auto schema =
      config::Schema<NvmDeviceConfig>("nvm_device", "An embedded non-volatile macro, each number with its source.")
          .required("technology", &NvmDeviceConfig::technology, "Kind of cell and process.")
          .required("max_clock", &NvmDeviceConfig::max_clock, "Fastest clock of the interface.", some_frequency())
          .required("capacity", &NvmDeviceConfig::capacity, "Capacity of all banks together.", some_bytes())
          .required("word", &NvmDeviceConfig::word, "Bytes of one access.", some_bytes())
          .required("banks", &NvmDeviceConfig::banks, "Banks; consecutive words lie in consecutive banks.",
                    some_items())
          .required("read", &NvmDeviceConfig::read, "Reads.")
          .required("write", &NvmDeviceConfig::write, "Writes.")
          .optional("power_down", &NvmDeviceConfig::power_down, "Supply off, contents kept.")
          .check([](const NvmDeviceConfig& c, const config::Node& node, config::Diagnostics& d) {
            const std::int64_t row = c.word.value.value() * c.banks.value;
            if (c.capacity.value.value() % row != 0) {
              d.error(*node.find("capacity"), "expected a multiple of banks x word = " + std::to_string(row) + " B");
            }
          });
  return schema;
}

const config::Schema<NvmSettings>& NvmSettings::schema() {
  static const auto schema = config::Schema<NvmSettings>("nvm_settings", "How a non-volatile macro is used.")
                                 .optional("queue", &NvmSettings::queue,
                                           "Accesses inside before the next one is refused.", config::between(1, 256))
                                 .optional("power_down_after", &NvmSettings::power_down_after,
                                           "Idle time before its supply is switched off; never without it.");
  return schema;
}

const config::Schema<NvmConfig>& NvmConfig::schema() {
  static const auto schema =
      config::Schema<NvmConfig>("nvm", "Embedded non-volatile memory, such as MRAM, on a bus port.")
          .required("device", &NvmConfig::device, "Memory document with timing and prices, such as emram_28nm_fdsoi.")
          .optional("settings", &NvmConfig::settings, "How it is used.")
          .optional("controller", &NvmConfig::controller, "Queue and latencies of its bus port.")
          .optional("writable", &NvmConfig::writable, "Whether programs may write it, or it only holds what is there.")
          .optional("cost_per_byte", &NvmConfig::cost_per_byte,
                    "Relative cost of a byte read for the mapper; an SRAM byte is the unit.", config::between(0.0, 1e9))
          .optional("write_cost_per_byte", &NvmConfig::write_cost_per_byte, "The same of a byte written.",
                    config::between(0.0, 1e9))
          .optional("bytes_per_cycle", &NvmConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it, in bytes per cycle of the accelerator; without it, what it is.",
                    config::between(1e-6, 1e6));
  return schema;
}

}  // namespace subvolt::mem
