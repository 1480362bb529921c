# emulated.cmake: for the tests of a build for another machine (aarch64.cmake):
# scripts by which they start tine in the emulator, and a compiler, where tine
# finds it: TINE_HOST_COMPILER, that of a build for this machine.
set(TINE_HOST_COMPILER "" CACHE FILEPATH "tine-compile of this machine")
set(permissions OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(TINE_COMMAND ${CMAKE_BINARY_DIR}/emulated/tine)
list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " emulator)
file(GENERATE OUTPUT ${TINE_COMMAND}
    CONTENT "#!/bin/sh\nexec ${emulator} $<TARGET_FILE:tine> \"$@\"\n"
    FILE_PERMISSIONS ${permissions})
if(TINE_HOST_COMPILER)
    set(TINE_COMPILER ${CMAKE_BINARY_DIR}/tine-compile)
    file(GENERATE OUTPUT ${TINE_COMPILER}
        CONTENT "#!/bin/sh\nexec ${TINE_HOST_COMPILER} --target \
${CMAKE_SYSTEM_PROCESSOR}-linux-gnu \"$@\"\n"
        FILE_PERMISSIONS ${permissions})
endif()
