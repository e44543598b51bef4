/* The smallest extension module `_fast`, for the wheels below fixtures/rules; see make_example_binaries.py. */
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
int DllMainCRTStartup(void *library, unsigned reason, void *reserved) { return 1; }
#else
#define EXPORT
#endif
extern int PyModuleDef_Init(void *);
#ifdef OUTSIDE /* what the stable ABI lacks */
extern int _PyObject_GetDictPtr(void *);
#endif
#ifdef THREADS /* GLIBC_2.34 on x86_64 */
extern int pthread_create(void *, void *, void *, void *);
#endif
#ifdef LIBRARY /* a library that no policy allows */
extern int SSL_library_version(void);
#endif
static long table[8];
EXPORT void *PyInit__fast(void) {
#ifdef OUTSIDE
    table[1] = _PyObject_GetDictPtr(table);
#endif
#ifdef THREADS
    table[1] = pthread_create(table, table, table, table);
#endif
#ifdef LIBRARY
    table[1] = SSL_library_version();
#endif
    return (void *)(long)PyModuleDef_Init(table);
}
