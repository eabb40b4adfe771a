"""What comes from outside and may harm: texts and shells."""

# What somebody may put into a file, a class or a column, hoping that a reader runs it.
TEXTS = (
    "<script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "</script><script>document.title='run'</script>",
    '" onmouseover="document.title=\'run\'" x="',
    "{{7*7}}{% raw %}${7*7}",
    "\u202e\u2066txt.exe\u2069",
    '=HYPERLINK("http://example.org/?"&A1)',
    "a|b\n\n# c `d` @everybody",
    "$x^$ \\frac{1}{",
)

# What a shell exports for other programs: none of it may decide a result, nor stop what makes it.
SHELL = {
    **{"MPLBACKEND": "module://absent.backend", "PYTHONPATH": "/other", "MATPLOTLIBRC": "x"},
    **{"PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2", "BASH_ENV": "/etc/bashrc"},
    **{"MKL_CBWR": "SSE2", "ATEN_CPU_CAPABILITY": "default", "TORCH_LOGS": "garbage"},
    **{"GOMP_CPU_AFFINITY": "garbage", "OMP_THREAD_LIMIT": "1"},
    **{"CUBLASLT_WORKSPACE_SIZE": "1", "CUDNN_FRONTEND_LOG_INFO": "1"},
    **{"DISABLE_ADDMM_CUDA_LT": "1", "TORCH_CUDNN_V8_API_DISABLED": "1"},
    **{"PYTORCH_TUNABLEOP_ENABLED": "1", "TORCH_BLAS_PREFER_CUBLASLT": "1"},
}
