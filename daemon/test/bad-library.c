/* A PKCS#11 library that passes everything on to another, until the file FAULT says what to do instead. */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long word;
typedef word (*function)(word, word, word, word);

/* The order of PKCS#11 2.x. */
enum { GET_SLOT_LIST = 4, LOGIN = 18, ENCRYPT_INIT = 29, DECRYPT_INIT = 33, FUNCTIONS = 68 };

typedef struct {
  unsigned char version[2];
  function calls[FUNCTIONS];
} list;

static list own;
static const list *other;

static void misbehave(void) {
  char what[16] = "";
  FILE *file = fopen(FAULT, "r");
  if (!file) return;
  if (!fgets(what, sizeof what, file)) what[0] = 0;
  fclose(file);
  if (strncmp(what, "hang", 4) == 0) sleep(30);
  if (strncmp(what, "crash", 5) == 0) raise(SIGSEGV);
  if (strncmp(what, "chatter", 7) == 0) {
    puts("a library that says what it likes");
    fflush(stdout);
  }
}

#define PASS_ON(name, at)                                  \
  static word name(word a, word b, word c, word d) {       \
    misbehave();                                           \
    return other->calls[at](a, b, c, d);                   \
  }
PASS_ON(get_slot_list, GET_SLOT_LIST)
PASS_ON(login, LOGIN)
PASS_ON(encrypt_init, ENCRYPT_INIT)
PASS_ON(decrypt_init, DECRYPT_INIT)

word C_GetFunctionList(list **out) {
  if (!other) {
    void *library = dlopen(LIBRARY, RTLD_NOW);
    if (!library) return 5;
    word (*get)(const list **) = (word (*)(const list **))dlsym(library, "C_GetFunctionList");
    word result = get(&other);
    if (result != 0) return result;
    own = *other;
    own.calls[GET_SLOT_LIST] = get_slot_list;
    own.calls[LOGIN] = login;
    own.calls[ENCRYPT_INIT] = encrypt_init;
    own.calls[DECRYPT_INIT] = decrypt_init;
  }
  *out = &own;
  return 0;
}
