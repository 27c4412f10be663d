#include "models/mem/target/memory_contents.h"

namespace subvolt::mem {

unsigned char MemoryContents::get(std::uint64_t address) const {
  const auto page = pages_.find(address / kPage);
  return page == pages_.end() ? fill_ : (*page->second)[address % kPage];
}

void MemoryContents::put(std::uint64_t address, unsigned char byte) {
  std::unique_ptr<Page>& page = pages_[address / kPage];
  if (!page) {
    page = std::make_unique<Page>();
    page->fill(fill_);
  }
  (*page)[address % kPage] = byte;
}

void MemoryContents::read(std::uint64_t address, unsigned char* data, std::uint64_t bytes) const {
  for (std::uint64_t i = 0; i < bytes; ++i) data[i] = get(address + i);
}

void MemoryContents::write(std::uint64_t address, const unsigned char* data, std::uint64_t bytes) {
  for (std::uint64_t i = 0; i < bytes; ++i) put(address + i, data[i]);
}

void MemoryContents::access(kernel::Payload& payload) {
  unsigned char* const data = payload.get_data_ptr();
  if (!data || payload.get_extension<kernel::NoContents>()) return;
  const std::uint64_t address = payload.get_address();
  const std::uint64_t bytes = payload.get_data_length();
  const unsigned char* const enable = payload.get_byte_enable_ptr();
  const std::uint64_t enables = payload.get_byte_enable_length();
  if (!enable || enables == 0) {
    if (payload.is_read()) read(address, data, bytes);
    if (payload.is_write()) write(address, data, bytes);
    return;
  }
  for (std::uint64_t i = 0; i < bytes; ++i) {
    if (enable[i % enables] == TLM_BYTE_DISABLED) continue;
    if (payload.is_read()) data[i] = get(address + i);
    if (payload.is_write()) put(address + i, data[i]);
  }
}

}  // namespace subvolt::mem
