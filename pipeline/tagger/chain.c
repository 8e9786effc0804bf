/* The chain of decode.py in C: the same labels and probabilities, without numpy's cost of a call.
 *
 * Sources: A. Viterbi, "Error bounds for convolutional codes", 1967; L. Rabiner, "A tutorial on hidden Markov models",
 * 1989, section III (forward and backward sums, scaled).
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define WIDTH_MAX 32
#define TINY 1e-30
#define SCALED_EVERY 8

/* What one call works with. Rows are words, columns labels; the first column is "nothing". */
typedef struct {
    const float *scores;      /* rows * width */
    const float *bias;        /* width */
    const float *transitions; /* width * width: from, to */
    Py_ssize_t width;
    int skipped; /* the last column is a label that is told apart and never said */
    double weights[WIDTH_MAX * WIDTH_MAX];
    double turned[WIDTH_MAX * WIDTH_MAX];
    float *reached;    /* longest * width: the best score of a path that ends here */
    double *potential; /* longest * width */
    double *forward;   /* longest * width */
    double *received;  /* longest * width: from the words after */
    int *labels;       /* longest */
} Chain;

static void find_path(Chain *chain, const float *scores, Py_ssize_t length)
{
    const Py_ssize_t width = chain->width;
    for (Py_ssize_t word = 0; word < length; word++) {
        float *here = chain->reached + word * width;
        float best[WIDTH_MAX];
        for (Py_ssize_t to = 0; to < width; to++)
            here[to] = scores[word * width + to] + chain->bias[to];
        if (word == 0)
            continue;
        const float *before = here - width;
        for (Py_ssize_t to = 0; to < width; to++)
            best[to] = before[0] + chain->transitions[to];
        for (Py_ssize_t from = 1; from < width; from++) {
            const float *row = chain->transitions + from * width;
            for (Py_ssize_t to = 0; to < width; to++) {
                const float score = before[from] + row[to];
                best[to] = score > best[to] ? score : best[to];
            }
        }
        for (Py_ssize_t to = 0; to < width; to++)
            here[to] += best[to];
    }
    for (Py_ssize_t word = length - 1; word >= 0; word--) {
        const float *here = chain->reached + word * width;
        const Py_ssize_t after = word + 1 < length ? chain->labels[word + 1] : -1;
        float best = -INFINITY;
        for (Py_ssize_t label = 0; label < width; label++) {
            const float score = after < 0 ? here[label] : here[label] + chain->transitions[label * width + after];
            if (score > best) {
                best = score;
                chain->labels[word] = (int)label;
            }
        }
    }
}

/* Multiply what a neighbour passes on with the weights of the way to here. */
static void pass_on(const double *sent, const double *weights, Py_ssize_t width, double *received)
{
    memset(received, 0, (size_t)width * sizeof(double));
    for (Py_ssize_t from = 0; from < width; from++)
        for (Py_ssize_t to = 0; to < width; to++)
            received[to] += sent[from] * weights[from * width + to];
}

static void scale(double *row, Py_ssize_t width)
{
    double sum = 0;
    for (Py_ssize_t label = 0; label < width; label++)
        sum += row[label];
    for (Py_ssize_t label = 0; label < width; label++)
        row[label] /= sum;
}

/* Leave in `forward` the probability of each label of each word, given its whole sequence. */
static void weigh(Chain *chain, const float *scores, Py_ssize_t length)
{
    const Py_ssize_t width = chain->width;
    double passed[WIDTH_MAX];
    for (Py_ssize_t word = 0; word < length; word++) {
        const float *row = scores + word * width;
        double greatest = row[0];
        for (Py_ssize_t label = 1; label < width; label++)
            greatest = row[label] > greatest ? row[label] : greatest;
        for (Py_ssize_t label = 0; label < width; label++)
            chain->potential[word * width + label] = exp((double)row[label] - greatest) + TINY;
    }
    for (Py_ssize_t word = 0; word < length; word++) {
        double *here = chain->forward + word * width;
        if (word == 0) {
            memcpy(here, chain->potential, (size_t)width * sizeof(double));
            continue;
        }
        if ((word - 1) % SCALED_EVERY == 0)
            scale(here - width, width);
        pass_on(here - width, chain->weights, width, passed);
        for (Py_ssize_t label = 0; label < width; label++)
            here[label] = passed[label] * chain->potential[word * width + label];
    }
    for (Py_ssize_t word = length - 1; word >= 0; word--) {
        double *here = chain->received + word * width;
        if (word == length - 1) {
            for (Py_ssize_t label = 0; label < width; label++)
                here[label] = 1;
        } else {
            double sent[WIDTH_MAX];
            for (Py_ssize_t label = 0; label < width; label++)
                sent[label] = here[width + label] * chain->potential[(word + 1) * width + label];
            if ((length - 2 - word) % SCALED_EVERY == 0)
                scale(sent, width);
            pass_on(sent, chain->turned, width, here);
        }
        for (Py_ssize_t label = 0; label < width; label++)
            chain->forward[word * width + label] *= here[label];
        scale(chain->forward + word * width, width);
    }
}

static int said(const Chain *chain, int label)
{
    return label != 0 && label != chain->skipped;
}

/* Append (sequence, word, label, probability) of each word of a sequence with a label that is said. */
static int label_sequence(Chain *chain, Py_ssize_t sequence, const float *scores, Py_ssize_t length, PyObject *found)
{
    int any = 0;
    find_path(chain, scores, length);
    for (Py_ssize_t word = 0; word < length; word++)
        any |= said(chain, chain->labels[word]);
    if (!any)
        return 0;
    weigh(chain, scores, length);
    for (Py_ssize_t word = 0; word < length; word++) {
        const int label = chain->labels[word];
        if (!said(chain, label))
            continue;
        PyObject *row = Py_BuildValue("(nnid)", sequence, word, label, chain->forward[word * chain->width + label]);
        if (row == NULL)
            return -1;
        const int failed = PyList_Append(found, row);
        Py_DECREF(row);
        if (failed)
            return -1;
    }
    return 0;
}

static void prepare_weights(Chain *chain)
{
    const Py_ssize_t width = chain->width;
    double greatest = -INFINITY;
    for (Py_ssize_t place = 0; place < width * width; place++)
        greatest = chain->transitions[place] > greatest ? chain->transitions[place] : greatest;
    for (Py_ssize_t from = 0; from < width; from++)
        for (Py_ssize_t to = 0; to < width; to++) {
            const double weight = exp((double)chain->transitions[from * width + to] - greatest);
            chain->weights[from * width + to] = weight;
            chain->turned[to * width + from] = weight;
        }
}

static PyObject *label_all(Chain *chain, const int64_t *lengths, Py_ssize_t sequences, Py_ssize_t rows)
{
    Py_ssize_t longest = 0, total = 0;
    for (Py_ssize_t sequence = 0; sequence < sequences; sequence++) {
        if (lengths[sequence] < 1 || lengths[sequence] > rows - total) {
            PyErr_SetString(PyExc_ValueError, "the lengths must be those of the rows");
            return NULL;
        }
        total += (Py_ssize_t)lengths[sequence];
        longest = lengths[sequence] > longest ? (Py_ssize_t)lengths[sequence] : longest;
    }
    if (total != rows) {
        PyErr_SetString(PyExc_ValueError, "the lengths must be those of the rows");
        return NULL;
    }
    const size_t cells = (size_t)(longest * chain->width);
    char *space = PyMem_Malloc(cells * (3 * sizeof(double) + sizeof(float)) + (size_t)longest * sizeof(int) + 1);
    if (space == NULL)
        return PyErr_NoMemory();
    chain->potential = (double *)space;
    chain->forward = chain->potential + cells;
    chain->received = chain->forward + cells;
    chain->reached = (float *)(chain->received + cells);
    chain->labels = (int *)(chain->reached + cells);
    prepare_weights(chain);
    PyObject *found = PyList_New(0);
    const float *scores = chain->scores;
    for (Py_ssize_t sequence = 0; found != NULL && sequence < sequences; sequence++) {
        if (label_sequence(chain, sequence, scores, (Py_ssize_t)lengths[sequence], found) < 0)
            Py_CLEAR(found);
        scores += lengths[sequence] * chain->width;
    }
    PyMem_Free(space);
    return found;
}

static PyObject *labelled_words(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer scores, bias, transitions, lengths;
    Chain chain;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*i", &scores, &bias, &transitions, &lengths, &chain.skipped))
        return NULL;
    PyObject *found = NULL;
    chain.width = bias.len / (Py_ssize_t)sizeof(float);
    const Py_ssize_t row_bytes = chain.width * (Py_ssize_t)sizeof(float);
    if (chain.width < 1 || chain.width > WIDTH_MAX || scores.len % row_bytes != 0
        || transitions.len != chain.width * row_bytes) {
        PyErr_SetString(PyExc_ValueError, "scores, bias and transitions must have one width, of at most 32 labels");
    } else {
        chain.scores = scores.buf;
        chain.bias = bias.buf;
        chain.transitions = transitions.buf;
        found = label_all(&chain, lengths.buf, lengths.len / (Py_ssize_t)sizeof(int64_t), scores.len / row_bytes);
    }
    PyBuffer_Release(&scores);
    PyBuffer_Release(&bias);
    PyBuffer_Release(&transitions);
    PyBuffer_Release(&lengths);
    return found;
}

static PyMethodDef methods[] = {
    {"labelled_words", labelled_words, METH_VARARGS, "As `decode.labelled_words`, whose docstring says what it does."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "chain", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_chain(void)
{
    return PyModule_Create(&module);
}
