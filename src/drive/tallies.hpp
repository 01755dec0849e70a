#pragma once

#include "holdfast/drive/thread_block.hpp"

namespace holdfast {

/// Visits the chunk of every thread that has one for this gate, and the gate's place in it.
template <class Visitor>
void for_each_chunk(std::uint32_t gate, Visitor&& visit) {
  if (gate == no_gate_number) return;
  for (thread_block* block = first_thread_block(); block != nullptr; block = block->next) {
    if (tally_chunk* const chunk = block->chunk(gate)) visit(*chunk, thread_block::place_of(gate));
  }
}

}  // namespace holdfast
