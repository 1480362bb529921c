# aarch64.cmake: build tine for AArch64 on another machine, with clang and lld,
# and run it there under qemu-user.  `make arm` does that.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(TINE_SYSROOT "" CACHE PATH "What scripts/arm64_sysroot.sh has made")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TINE_SYSROOT)

find_program(TINE_CROSS_CC NAMES clang-22 clang-21 clang-20 clang-19 clang
    REQUIRED)
set(CMAKE_C_COMPILER ${TINE_CROSS_CC})
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_ASM_COMPILER ${TINE_CROSS_CC})
set(CMAKE_ASM_COMPILER_TARGET aarch64-linux-gnu)
foreach(kind EXE SHARED MODULE)
    set(CMAKE_${kind}_LINKER_FLAGS_INIT -fuse-ld=lld)
endforeach()

set(CMAKE_SYSROOT ${TINE_SYSROOT})
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

find_program(TINE_QEMU NAMES qemu-aarch64 qemu-aarch64-static REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${TINE_QEMU} -L ${TINE_SYSROOT})
# Older ones have a record for each page that is reserved.
add_compile_definitions("LIMIT_MEMORY_64=((uint64_t)1<<30)")
