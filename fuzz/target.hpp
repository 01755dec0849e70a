#pragma once

#include <cstddef>
#include <cstdint>

/// One input to the code under test: the entry point that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
