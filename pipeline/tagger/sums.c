/* The sums of scoring.py in C: what the tables say of each word, its neighbours, pairs of words and its turn. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define PARTS_MAX 3

/* The buffers in the order of the arguments. Rows are `width` floats, one for each label. */
enum {
    OUT,        /* float rows: one for each word of the turns */
    NUMBERS,    /* int64: the words of the turns by number, with `reach` of number 0 before, between and after turns */
    LENGTHS,    /* int64: how many words each turn has */
    KINDS,      /* int64: the number of what is known of each turn */
    TABLES,     /* float rows: for each offset those of all words */
    OFFSETS,    /* int64: from a word to the neighbour that a table is for; the first is 0, the word itself */
    CLASSES,    /* uint32: the class of each word */
    IDENTITIES, /* uint32: the identity of each word */
    PAIRS,      /* float rows: of pairs of words, by their hash */
    PARTS,      /* int64: for each pair up to three of (offset, whether the identity counts, whether there is one) */
    TURNS,      /* float rows: for each kind of turn those of all classes */
    BUFFERS
};

typedef struct {
    Py_buffer of[BUFFERS];
    Py_ssize_t width, reach, classes, pair_bits;
    Py_ssize_t words, offsets, pairs;
    uint32_t multipliers[PARTS_MAX];
} Sums;

static Py_ssize_t count(const Sums *sums, int buffer, size_t size)
{
    return sums->of[buffer].len / (Py_ssize_t)size;
}

static void add(float *out, const float *row, Py_ssize_t width)
{
    for (Py_ssize_t label = 0; label < width; label++)
        out[label] += row[label];
}

/* As `layout.pair_rows`. */
static uint32_t pair_row(const Sums *sums, const int64_t *word, Py_ssize_t pair)
{
    const uint32_t *classes = sums->of[CLASSES].buf, *identities = sums->of[IDENTITIES].buf;
    const int64_t *part = (const int64_t *)sums->of[PARTS].buf + pair * PARTS_MAX * 3;
    uint32_t mixed = 0x9E3779B9u * (uint32_t)(pair + 1);
    for (int number = 0; number < PARTS_MAX && part[2]; number++, part += 3) {
        const int64_t at = word[part[0]];
        mixed += (part[1] ? identities[at] : classes[at]) * sums->multipliers[number];
        mixed ^= mixed >> 15;
        mixed *= sums->multipliers[1];
    }
    mixed ^= mixed >> 13;
    return mixed >> (32 - sums->pair_bits);
}

/* In the order of scoring.py, so that sums are rounded alike. */
static void add_word(const Sums *sums, const int64_t *word, int64_t kind, float *out)
{
    const Py_ssize_t width = sums->width;
    const float *tables = sums->of[TABLES].buf, *pairs = sums->of[PAIRS].buf, *turns = sums->of[TURNS].buf;
    const int64_t *offsets = sums->of[OFFSETS].buf;
    const uint32_t *classes = sums->of[CLASSES].buf;
    memcpy(out, tables + word[0] * width, (size_t)width * sizeof(float));
    for (Py_ssize_t table = 1; table < sums->offsets; table++)
        add(out, tables + (table * sums->words + word[offsets[table]]) * width, width);
    for (Py_ssize_t pair = 0; pair < sums->pairs; pair++)
        add(out, pairs + (Py_ssize_t)pair_row(sums, word, pair) * width, width);
    add(out, turns + (kind * sums->classes + classes[word[0]]) * width, width);
}

static int all_below(const Sums *sums, int buffer, Py_ssize_t end)
{
    const int64_t *numbers = sums->of[buffer].buf;
    for (Py_ssize_t place = 0; place < count(sums, buffer, sizeof(int64_t)); place++)
        if (numbers[place] < 0 || numbers[place] >= end)
            return 0;
    return 1;
}

static int all_known(const Sums *sums)
{
    const int64_t *numbers = sums->of[NUMBERS].buf;
    const uint32_t *classes = sums->of[CLASSES].buf;
    if (!all_below(sums, NUMBERS, sums->words))
        return 0;
    for (Py_ssize_t place = 0; place < count(sums, NUMBERS, sizeof(int64_t)); place++)
        if ((Py_ssize_t)classes[numbers[place]] >= sums->classes)
            return 0;
    return 1;
}

/* Whether every row that is looked up lies in its table. */
static int fits(Sums *sums)
{
    const Py_ssize_t row_bytes = sums->width * (Py_ssize_t)sizeof(float);
    const Py_ssize_t turns = count(sums, LENGTHS, sizeof(int64_t)), rows = sums->of[OUT].len / row_bytes;
    const int64_t *lengths = sums->of[LENGTHS].buf, *offsets = sums->of[OFFSETS].buf, *parts = sums->of[PARTS].buf;
    sums->words = count(sums, CLASSES, sizeof(uint32_t));
    sums->offsets = count(sums, OFFSETS, sizeof(int64_t));
    sums->pairs = count(sums, PARTS, sizeof(int64_t)) / (PARTS_MAX * 3);
    if (!all_below(sums, LENGTHS, rows + 1))
        return 0;
    Py_ssize_t total = 0;
    for (Py_ssize_t turn = 0; turn < turns; turn++)
        total += (Py_ssize_t)lengths[turn];
    for (Py_ssize_t table = 0; table < sums->offsets; table++)
        if (offsets[table] < -sums->reach || offsets[table] > sums->reach)
            return 0;
    for (Py_ssize_t part = 0; part < sums->pairs * PARTS_MAX; part++)
        if (parts[part * 3] < -sums->reach || parts[part * 3] > sums->reach)
            return 0;
    const Py_ssize_t kinds = sums->of[TURNS].len / (sums->classes * row_bytes);
    return total == rows && sums->offsets > 0 && offsets[0] == 0
        && count(sums, NUMBERS, sizeof(int64_t)) == total + (turns + 1) * sums->reach
        && count(sums, KINDS, sizeof(int64_t)) == turns && all_below(sums, KINDS, kinds)
        && all_known(sums) && count(sums, IDENTITIES, sizeof(uint32_t)) == sums->words
        && sums->of[TABLES].len == sums->offsets * sums->words * row_bytes
        && sums->of[PAIRS].len == ((Py_ssize_t)1 << sums->pair_bits) * row_bytes;
}

static void add_all(const Sums *sums)
{
    const int64_t *word = (const int64_t *)sums->of[NUMBERS].buf + sums->reach;
    const int64_t *lengths = sums->of[LENGTHS].buf, *kinds = sums->of[KINDS].buf;
    float *out = sums->of[OUT].buf;
    for (Py_ssize_t turn = 0; turn < count(sums, LENGTHS, sizeof(int64_t)); turn++) {
        for (int64_t place = 0; place < lengths[turn]; place++, word++, out += sums->width)
            add_word(sums, word, kinds[turn], out);
        word += sums->reach;
    }
}

static PyObject *add_up(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Sums sums;
    Py_buffer *of = sums.of;
    unsigned int first, second, third;
    if (!PyArg_ParseTuple(arguments, "w*y*y*y*y*y*y*y*y*y*y*nnnn(III)", &of[OUT], &of[NUMBERS], &of[LENGTHS], &of[KINDS],
                          &of[TABLES], &of[OFFSETS], &of[CLASSES], &of[IDENTITIES], &of[PAIRS], &of[PARTS], &of[TURNS],
                          &sums.width, &sums.reach, &sums.classes, &sums.pair_bits, &first, &second, &third))
        return NULL;
    sums.multipliers[0] = first;
    sums.multipliers[1] = second;
    sums.multipliers[2] = third;
    const int sound = sums.width > 0 && sums.reach >= 0 && sums.classes > 0 && sums.pair_bits > 0 && sums.pair_bits < 32
        && fits(&sums);
    if (sound)
        add_all(&sums);
    for (int buffer = 0; buffer < BUFFERS; buffer++)
        PyBuffer_Release(&of[buffer]);
    if (!sound) {
        PyErr_SetString(PyExc_ValueError, "what is to be added up does not fit together");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add_up", add_up, METH_VARARGS, "Fill the first argument with the scores of all words; see `scoring.WordScorer`."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "sums", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_sums(void)
{
    return PyModule_Create(&module);
}
