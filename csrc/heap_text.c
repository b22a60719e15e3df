/* SPDX-License-Identifier: MIT
 *
 * LsText: JSON as Python's json.dumps(separators=(",", ":")) writes it, so that a file of it reads back as the same text.
 */
#include "heap.h"

void
ls_text_clear(LsText *text)
{
    PyMem_Free(text->data);
    memset(text, 0, sizeof(*text));
}

static bool
reserve(LsText *text, size_t more)
{
    if (text->failed) {
        return false;
    }
    if (text->length + more <= text->capacity) {
        return true;
    }
    size_t capacity = 2 * text->capacity + more + 256;
    char *data = PyMem_Realloc(text->data, capacity);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

static void
put_bytes(LsText *text, const char *bytes, size_t count)
{
    if (count > 0 && reserve(text, count)) {
        memcpy(text->data + text->length, bytes, count);
        text->length += count;
    }
}

void
ls_text_put(LsText *text, const char *ascii)
{
    put_bytes(text, ascii, strlen(ascii));
}

void
ls_text_put_number(LsText *text, unsigned long number)
{
    char digits[24];
    put_bytes(text, digits, (size_t)PyOS_snprintf(digits, sizeof(digits), "%lu", number));
}

void
ls_text_put_text(LsText *text, const LsText *other)
{
    text->failed = text->failed || other->failed;
    put_bytes(text, other->data, other->length);
}

static void
put_letter(LsText *text, Py_UCS4 letter)
{
    static const char plain[] = "\"\\\n\r\t\f\b", escaped[] = "\"\\nrtfb";
    const char *found = letter != 0 && letter < 128 ? strchr(plain, (int)letter) : NULL;
    char code[16];
    int length;
    if (found != NULL) {
        length = PyOS_snprintf(code, sizeof(code), "\\%c", escaped[found - plain]);
    }
    else if (letter >= ' ' && letter <= '~') {
        code[0] = (char)letter;
        length = 1;
    }
    else if (letter < 0x10000) {
        length = PyOS_snprintf(code, sizeof(code), "\\u%04x", (unsigned)letter);
    }
    else {
        letter -= 0x10000;
        length = PyOS_snprintf(code, sizeof(code), "\\u%04x\\u%04x", 0xd800 + (unsigned)(letter >> 10),
                               0xdc00 + (unsigned)(letter & 0x3ff));
    }
    put_bytes(text, code, (size_t)length);
}

void
ls_text_put_letters(LsText *text, PyObject *str)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(str);
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    for (Py_ssize_t i = 0; i < length; i++) {
        put_letter(text, PyUnicode_READ(kind, data, i));
    }
}

void
ls_text_put_string(LsText *text, PyObject *str)
{
    ls_text_put(text, "\"");
    ls_text_put_letters(text, str);
    ls_text_put(text, "\"");
}

uint64_t
ls_text_hash(const LsText *text)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < text->length; i++) {
        hash = (hash ^ (unsigned char)text->data[i]) * 0x100000001b3u;
    }
    return hash == 0 ? 1 : hash;
}
