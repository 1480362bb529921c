/*
 * sh_tree.h: the half of sh.c that turns text into a tree: tokens and a
 * recursive parser.  Words are kept as they were written.
 */
#ifndef SH_TREE_H
#define SH_TREE_H

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *shell_name = "sh";

static void complain(const char *subject, const char *text)
{
    fprintf(stderr, "%s: %s: %s\n", shell_name, subject, text);
}

static void *must(void *memory)
{
    if (!memory) {
        complain("memory", strerror(ENOMEM));
        exit(2);
    }
    return memory;
}

/* Growing text and lists of strings */

struct text {
    char *s;
    size_t len, room;
};

static void text_add(struct text *t, const char *s, size_t len)
{
    if (t->len + len + 1 > t->room) {
        t->room = (t->len + len + 1) * 2;
        t->s = must(realloc(t->s, t->room));
    }
    memcpy(t->s + t->len, s, len);
    t->len += len;
    t->s[t->len] = '\0';
}

struct list {
    char **items;
    size_t n;
};

static void list_add(struct list *l, char *item)
{
    l->items = must(realloc(l->items, (l->n + 2) * sizeof(*l->items)));
    l->items[l->n++] = item;
    l->items[l->n] = NULL;
}

static void list_free(struct list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->items[i]);
    free(l->items);
    *l = (struct list){0};
}

/* The tree */

enum kind { SIMPLE, SUBSHELL, PIPE, AND, OR, SEQUENCE, BACKGROUND, NOT };

struct redirection {
    int fd;
    char op[3]; /* < > >> <& >& */
    char *word;
    struct redirection *next;
};

struct node {
    enum kind kind;
    struct node *left, *right;
    struct list words;
    struct redirection *redirections;
};

static void node_free(struct node *n)
{
    struct redirection *next;

    if (!n)
        return;
    node_free(n->left);
    node_free(n->right);
    list_free(&n->words);
    for (struct redirection *r = n->redirections; r; r = next) {
        next = r->next;
        free(r->word);
        free(r);
    }
    free(n);
}

/* Tokens */

enum token { WORD, OPERATOR, REDIRECTION, NEWLINE, END, BAD };

struct parser {
    const char *p;
    enum token token;
    char op[3];
    int fd;          /* REDIRECTION */
    char *word;      /* WORD; owned until it is taken */
    bool incomplete; /* the text ended within a command */
};

static const char *skip_piece(const char *p);

/* Behind the ')' of a command substitution; NULL: it is not there. */
static const char *skip_parenthesis(const char *p)
{
    while (p && *p && *p != ')')
        p = *p == '(' ? skip_parenthesis(p + 1) : skip_piece(p);
    return p && *p ? p + 1 : NULL;
}

/* Behind a character, or whatever is quoted or substituted from here; NULL:
 * its end is missing. */
static const char *skip_piece(const char *p)
{
    if (*p == '\\')
        return p[1] ? p + 2 : NULL;
    if (*p == '\'') {
        p = strchr(p + 1, '\'');
        return p ? p + 1 : NULL;
    }
    if (*p == '$' && p[1] == '(')
        return skip_parenthesis(p + 2);
    if (*p != '"')
        return p + 1;
    for (p++; p && *p && *p != '"';)
        p = *p == '\'' ? p + 1 : skip_piece(p);
    return p && *p ? p + 1 : NULL;
}

static void next_word(struct parser *ps)
{
    const char *start = ps->p;
    const char *p = start;

    while (p && *p && !strchr(" \t\n;&|()<>", *p))
        p = skip_piece(p);
    if (!p) {
        ps->incomplete = true;
        ps->token = BAD;
        return;
    }
    ps->word = must(strndup(start, (size_t)(p - start)));
    ps->p = p;
    ps->token = WORD;
}

static void next_redirection(struct parser *ps)
{
    const char *p = ps->p;

    ps->fd = *p == '<' ? 0 : 1;
    if (isdigit((unsigned char)*p))
        ps->fd = *p++ - '0';
    ps->op[0] = *p++;
    if (*p == '&' || (*p == '>' && p[-1] == '>'))
        ps->op[1] = *p++;
    ps->p = p;
    ps->token = REDIRECTION;
}

static void next_token(struct parser *ps)
{
    while (*ps->p == ' ' || *ps->p == '\t' ||
           (*ps->p == '\\' && ps->p[1] == '\n'))
        ps->p += *ps->p == '\\' ? 2 : 1;
    if (*ps->p == '#')
        ps->p += strcspn(ps->p, "\n");
    memset(ps->op, 0, sizeof(ps->op));
    ps->word = NULL;
    if (*ps->p == '\0') {
        ps->token = END;
    } else if (*ps->p == '\n') {
        ps->token = NEWLINE;
        ps->p++;
    } else if (*ps->p == '<' || *ps->p == '>' ||
               (isdigit((unsigned char)*ps->p) &&
                (ps->p[1] == '<' || ps->p[1] == '>'))) {
        next_redirection(ps);
    } else if (strchr(";&|()", *ps->p)) {
        ps->token = OPERATOR;
        ps->op[0] = *ps->p++;
        if ((ps->op[0] == '&' || ps->op[0] == '|') && *ps->p == ps->op[0])
            ps->op[1] = *ps->p++;
    } else {
        next_word(ps);
    }
}

static bool at_operator(const struct parser *ps, const char *op)
{
    return ps->token == OPERATOR && strcmp(ps->op, op) == 0;
}

/* The parser: NULL when there is no command, or a fault (ps->token is BAD) */

static struct node *parse_list(struct parser *ps, bool nested);

static struct node *node_new(enum kind kind, struct node *left,
                             struct node *right)
{
    struct node *n = must(calloc(1, sizeof(*n)));

    n->kind = kind;
    n->left = left;
    n->right = right;
    return n;
}

static void syntax_error(struct parser *ps)
{
    if (ps->token == END)
        ps->incomplete = true;
    else if (ps->token != BAD)
        complain("syntax error near", ps->token == WORD      ? ps->word
                                      : ps->token == NEWLINE ? "newline"
                                                             : ps->op);
    if (ps->token == WORD)
        free(ps->word);
    ps->token = BAD;
}

static void parse_redirection(struct parser *ps, struct node *n)
{
    struct redirection *r = must(calloc(1, sizeof(*r)));
    struct redirection **link = &n->redirections;

    while (*link)
        link = &(*link)->next;
    *link = r;
    r->fd = ps->fd;
    memcpy(r->op, ps->op, sizeof(r->op));
    next_token(ps);
    if (ps->token != WORD) {
        syntax_error(ps);
        return;
    }
    r->word = ps->word;
    next_token(ps);
}

static struct node *parse_command(struct parser *ps)
{
    struct node *n;

    if (at_operator(ps, "(")) {
        next_token(ps);
        n = node_new(SUBSHELL, parse_list(ps, true), NULL);
        if (!at_operator(ps, ")") || !n->left)
            syntax_error(ps);
        else
            next_token(ps);
    } else {
        n = node_new(SIMPLE, NULL, NULL);
        if (ps->token != WORD && ps->token != REDIRECTION)
            syntax_error(ps);
    }
    while (ps->token == REDIRECTION ||
           (ps->token == WORD && n->kind == SIMPLE)) {
        if (ps->token == REDIRECTION) {
            parse_redirection(ps, n);
        } else {
            list_add(&n->words, ps->word);
            next_token(ps);
        }
    }
    return n;
}

static void skip_newlines(struct parser *ps)
{
    while (ps->token == NEWLINE)
        next_token(ps);
}

static struct node *parse_pipeline(struct parser *ps)
{
    struct node *n;

    if (ps->token == WORD && strcmp(ps->word, "!") == 0) {
        free(ps->word);
        next_token(ps);
        return node_new(NOT, parse_pipeline(ps), NULL);
    }
    n = parse_command(ps);
    while (at_operator(ps, "|")) {
        next_token(ps);
        skip_newlines(ps);
        n = node_new(PIPE, n, parse_command(ps));
    }
    return n;
}

static struct node *parse_and_or(struct parser *ps)
{
    struct node *n = parse_pipeline(ps);

    while (at_operator(ps, "&&") || at_operator(ps, "||")) {
        enum kind kind = ps->op[0] == '&' ? AND : OR;

        next_token(ps);
        skip_newlines(ps);
        n = node_new(kind, n, parse_pipeline(ps));
    }
    return n;
}

/* Up to the end of the line, or, nested, to the closing parenthesis. */
static struct node *parse_list(struct parser *ps, bool nested)
{
    struct node *all = NULL;
    struct node *n;

    skip_newlines(ps);
    while (ps->token != END && ps->token != BAD && !at_operator(ps, ")")) {
        n = parse_and_or(ps);
        if (at_operator(ps, "&")) {
            n = node_new(BACKGROUND, n, NULL);
            next_token(ps);
        } else if (at_operator(ps, ";")) {
            next_token(ps);
        } else if (ps->token != NEWLINE && ps->token != END &&
                   !at_operator(ps, ")")) {
            syntax_error(ps);
        }
        all = all ? node_new(SEQUENCE, all, n) : n;
        if (ps->token == NEWLINE && !nested)
            break;
        skip_newlines(ps);
    }
    return all;
}

#endif
