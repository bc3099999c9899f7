# The C# assembly, its sample and its tests, built and run with Mono.
find_program(MCS mcs REQUIRED)
find_program(MONO mono REQUIRED)
set(csharp ${PROJECT_SOURCE_DIR}/examples/csharp)
set(csharp_out ${CMAKE_CURRENT_BINARY_DIR}/csharp)
file(MAKE_DIRECTORY ${csharp_out})
file(GLOB assembly_sources CONFIGURE_DEPENDS ${csharp}/Demask/*.cs)
file(GLOB csharp_tests CONFIGURE_DEPENDS ${csharp}/tests/*.cs)
set(compile ${MCS} -langversion:7 -warn:4 -warnaserror -r:System.Drawing)

add_custom_command(OUTPUT ${csharp_out}/Demask.dll
  COMMAND ${compile} -target:library -out:${csharp_out}/Demask.dll ${assembly_sources}
  DEPENDS ${assembly_sources} VERBATIM)
foreach(program ReconstructBitmap Tests)
  set(sources ${csharp}/${program}.cs)
  if(program STREQUAL Tests)
    set(sources ${csharp_tests})
  endif()
  add_custom_command(OUTPUT ${csharp_out}/${program}.exe
    COMMAND ${compile} -r:${csharp_out}/Demask.dll -out:${csharp_out}/${program}.exe ${sources}
    DEPENDS ${csharp_out}/Demask.dll ${sources} VERBATIM)
endforeach()
add_custom_target(demask_csharp ALL
  DEPENDS ${csharp_out}/ReconstructBitmap.exe ${csharp_out}/Tests.exe)

add_test(NAME csharp COMMAND ${MONO} ${csharp_out}/Tests.exe ${DEMASK_TEST_TOY} ${csharp_out}
  ${PROJECT_SOURCE_DIR}/capi $<TARGET_FILE:demask_capi>)
set_tests_properties(csharp PROPERTIES ENVIRONMENT DEMASK_MODELS=${DEMASK_TEST_TOY}/bundle)
add_test(NAME csharp_default_models COMMAND ${MONO} ${csharp_out}/ReconstructBitmap.exe
  ${DEMASK_TEST_PHOTO} ${csharp_out}/out.png)
set_tests_properties(csharp_default_models PROPERTIES FIXTURES_REQUIRED masked_photo
  PASS_REGULAR_EXPRESSION "Reconstructed at " ENVIRONMENT
  "DEMASK_MODELS=${DEMASK_TEST_BUNDLE};LD_LIBRARY_PATH=$<TARGET_FILE_DIR:demask_capi>")
