@echo off
rem The same as `make run`, `make demo` and `make test`, for Windows: start.bat [run^|demo^|test].
rem It makes the environment in .venv, and makes it anew only when a requirements file has changed.
setlocal
cd /d "%~dp0"
set PYTHONUTF8=1
set "TASK=%~1"
if not defined TASK set "TASK=run"
if /i "%TASK%"=="run" goto choose
if /i "%TASK%"=="demo" goto choose
if /i "%TASK%"=="test" goto choose
echo start.bat does not know "%TASK%": write start.bat run, start.bat demo or start.bat test. 1>&2
exit /b 2

:choose
set "REQUIREMENTS=requirements.txt"
if /i "%TASK%"=="test" set "REQUIREMENTS=requirements-dev.txt"
set "VENV_PYTHON=.venv\Scripts\python.exe"
if exist "%VENV_PYTHON%" goto install

set "PYTHON="
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=py -3"
if defined PYTHON goto make
python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=python"
if defined PYTHON goto make
echo watchlist needs Python 3.11 or newer: install it from python.org, then start this again. 1>&2
set CODE=1
goto end

:make
%PYTHON% -m venv .venv
if errorlevel 1 goto failed

:install
rem A copy of what was installed lies in the environment: installed again only when it differs.
fc /b requirements-build.txt .venv\installed-build.txt >nul 2>nul || goto fetch
fc /b "%REQUIREMENTS%" ".venv\installed-%REQUIREMENTS%" >nul 2>nul || goto fetch
goto start

:fetch
echo Installing %REQUIREMENTS% into .venv: a minute or two, once. 1>&2
"%VENV_PYTHON%" -m pip install --disable-pip-version-check --require-hashes -r requirements-build.txt
if errorlevel 1 goto failed
"%VENV_PYTHON%" -m pip install --disable-pip-version-check --require-hashes --no-build-isolation -r "%REQUIREMENTS%"
if errorlevel 1 goto failed
copy /y requirements-build.txt .venv\installed-build.txt >nul
copy /y "%REQUIREMENTS%" ".venv\installed-%REQUIREMENTS%" >nul

:start
if /i "%TASK%"=="run" "%VENV_PYTHON%" main.py daily --or-demo
if /i "%TASK%"=="demo" "%VENV_PYTHON%" main.py demo
if /i "%TASK%"=="test" "%VENV_PYTHON%" -m pytest --numprocesses auto
set CODE=%ERRORLEVEL%
goto end

:failed
echo The environment could not be made: the lines above say why; start this again when that is mended. 1>&2
set CODE=1

:end
rem Started by a double click, the window would close before it can be read.
if "%~1"=="" pause
exit /b %CODE%
