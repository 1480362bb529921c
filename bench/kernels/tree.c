/* tree.c: a binary search tree of 300,000 nodes: following pointers. */
#include <stdio.h>
#include <stdlib.h>

#define N 300000

struct node {
    struct node *left, *right;
    unsigned key;
};

static struct node nodes[N];

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 2;
    unsigned seed = 12345, hits = 0;
    struct node *root = NULL;

    for (int i = 0; i < N; i++) {
        struct node **at = &root;

        seed = seed * 1664525 + 1013904223;
        nodes[i].key = seed;
        while (*at)
            at = seed < (*at)->key ? &(*at)->left : &(*at)->right;
        *at = &nodes[i];
    }
    for (int i = 0; i < rounds * N; i++) {
        const struct node *n = root;

        seed = seed * 1664525 + 1013904223;
        while (n && n->key != (seed & ~0xfffu))
            n = (seed & ~0xfffu) < n->key ? n->left : n->right;
        hits += n != NULL;
    }
    printf("%u %u\n", hits, root->key);
    return 0;
}
